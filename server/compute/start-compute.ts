/** Asks a worker to start a compute. The state says at once that it is on its way; the worker says when it is there. */
import type { Actor } from '../auth/actor.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Database } from '../store/client.ts'
import { askWorker, type AskRefusal } from './ask-worker.ts'
import type { ComputeSummary } from './list-computes.ts'

export const startCompute = (deps: { db: Database }, actor: Actor | null, input: { computeId: string; requestId: string | null }): Promise<Outcome<ComputeSummary, AskRefusal>> =>
  askWorker(deps, actor, { ...input, task: 'start-compute', from: ['stopped', 'failed', 'stopping'], state: 'starting' })
