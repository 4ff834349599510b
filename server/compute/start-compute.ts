/**
 * Asks a worker to start a compute. The state says at once that it is on its way; the worker says when it is there.
 * One that runs elsewhere is spoken to instead: its state then says whether it answers, and if not, why.
 */
import { eq } from 'drizzle-orm'
import { parseConnectUrl } from '#lib/domain/connect-url.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Config } from '../config.ts'
import type { Database } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { askWorker, type AskRefusal } from './ask-worker.ts'
import { authorizeCompute, type ComputeRow } from './authorize-compute.ts'
import { summarizeCompute, type ComputeSummary } from './list-computes.ts'
import { connectUrlOf } from './connect-url-of.ts'
import { tryConnect } from './try-connect.ts'

export type StartDeps = { db: Database; config: Pick<Config, 'authSecret'> & { spark?: { remote: string | null } } }
interface Input { computeId: string; requestId: string | null }

export const startCompute = (deps: StartDeps, actor: Actor | null, input: Input): Promise<Outcome<ComputeSummary, AskRefusal>> =>
  ask(deps, actor, input, 'compute.start', () => askWorker(deps, actor, { ...input, task: 'start-compute', from: ['stopped', 'failed', 'stopping'], state: 'starting' }))

/** What runs on it fails with a sentence. Memory and cores that were changed take effect. */
export const restartCompute = (deps: StartDeps, actor: Actor | null, input: Input): Promise<Outcome<ComputeSummary, AskRefusal>> =>
  ask(deps, actor, input, 'compute.restart', () => askWorker(deps, actor, { ...input, task: 'restart-compute', from: ['stopped', 'failed', 'stopping', 'running', 'starting'], state: 'starting' }))

async function ask(deps: StartDeps, actor: Actor | null, { computeId, requestId }: Input, action: string, ofWorker: () => Promise<Outcome<ComputeSummary, AskRefusal>>): Promise<Outcome<ComputeSummary, AskRefusal>> {
  const allowed = await authorizeCompute(deps, actor, computeId, 'compute:manage')
  if (!allowed.ok) return allowed
  if (allowed.value.kind === 'embedded') return ofWorker()
  const { id, workspaceId } = allowed.value
  const found = await speakTo(deps, allowed.value)
  const [row] = await deps.db.update(computes).set(found.ok ? { state: 'running', reason: null } : { state: 'failed', reason: found.message }).where(eq(computes.id, id)).returning()
  await recordAudit(deps.db, { workspaceId, actor: actor!, action, subject: id, requestId })
  return accept(summarizeCompute(row ?? allowed.value))
}

async function speakTo({ config }: StartDeps, row: ComputeRow): Promise<Outcome<unknown>> {
  const full = connectUrlOf(config, row)
  if (!full.ok) return full
  const url = parseConnectUrl(full.value)
  return url.ok ? tryConnect(url.value) : url
}
