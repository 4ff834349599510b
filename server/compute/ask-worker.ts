/** A person's wish for a compute as one transaction: the state that it is on its way to, and the job that takes it there. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { ComputeState } from '#lib/domain/compute.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeCompute } from './authorize-compute.ts'
import { summarizeCompute, type ComputeSummary } from './list-computes.ts'

export type AskRefusal = AuthorizeRefusal | 'compute-remote'

interface Ask {
  computeId: string
  requestId: string | null
  task: 'start-compute' | 'stop-compute' | 'restart-compute'
  from: ComputeState[]
  state: ComputeState
}

const ACTION = { 'start-compute': 'compute.start', 'stop-compute': 'compute.stop', 'restart-compute': 'compute.restart' } as const

export async function askWorker(deps: { db: Database }, actor: Actor | null, { computeId, requestId, task, from, state }: Ask): Promise<Outcome<ComputeSummary, AskRefusal>> {
  const allowed = await authorizeCompute(deps, actor, computeId, 'compute:manage')
  if (!allowed.ok) return allowed
  const { id, workspaceId, kind } = allowed.value
  if (kind === 'remote') return refuse('compute-remote', 'This Spark is run elsewhere: it is started and stopped where it runs.')
  return deps.db.transaction(async (tx) => {
    // Also of one that is up: who wants it there has it for its time from now on.
    if (state === 'starting') await tx.update(computes).set({ lastUsedAt: sql`clock_timestamp()` }).where(eq(computes.id, id))
    // Without a start its process is to end, whatever is asked for after this (hold-compute.ts).
    const [row] = await tx.update(computes).set({ state, reason: null, ...(task === 'start-compute' ? {} : { startedAt: null }) }).where(and(eq(computes.id, id), inArray(computes.state, from))).returning()
    if (row === undefined) return accept(summarizeCompute(allowed.value))
    await tx.execute(sql`select from graphile_worker.add_job(${task}, payload => ${JSON.stringify({ computeId: id })}::json,
      queue_name => ${`compute:${id}`}, max_attempts => 3, job_key => ${`${task}:${id}`}, priority => -1)`)
    await recordAudit(tx, { workspaceId, actor: actor!, action: ACTION[task], subject: id, requestId })
    return accept(summarizeCompute(row))
  })
}
