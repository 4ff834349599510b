/** Asks a worker to stop a compute. What runs on it fails with a sentence; the next Spark cell starts it again. */
import type { Actor } from '../auth/actor.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Database } from '../store/client.ts'
import { askWorker, type AskRefusal } from './ask-worker.ts'
import type { ComputeSummary } from './list-computes.ts'

export const stopCompute = (deps: { db: Database }, actor: Actor | null, input: { computeId: string; requestId: string | null }): Promise<Outcome<ComputeSummary, AskRefusal>> =>
  askWorker(deps, actor, { ...input, task: 'stop-compute', from: ['running', 'starting', 'failed'], state: 'stopping' })
