/**
 * Deletes a compute. Refused while notebooks chose it, unless they shall move to the default, where their next kernel
 * runs; and while Spark is up, so that nobody's work ends by it.
 */
import { eq, sql } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeCompute } from './authorize-compute.ts'

export type DeleteRefusal = AuthorizeRefusal | 'compute-default' | 'compute-in-use' | 'compute-up'

export async function deleteCompute(deps: { db: Database }, actor: Actor | null, input: { computeId: string; movesNotebooks: boolean; requestId: string | null }): Promise<Outcome<null, DeleteRefusal>> {
  const allowed = await authorizeCompute(deps, actor, input.computeId, 'compute:configure')
  if (!allowed.ok) return allowed
  const { id, workspaceId, name } = allowed.value
  return deps.db.transaction(async (tx) => {
    const [row] = await tx.select().from(computes).where(eq(computes.id, id)).for('update')
    if (row === undefined) return accept(null)
    if (row.isDefault) return refuse('compute-default', 'This is the default compute. Make another one the default first.')
    if (row.kind === 'embedded' && row.state !== 'stopped' && row.state !== 'failed') return refuse('compute-up', 'Stop this compute first: Spark is up.')
    const found = await tx.execute<{ title: string }>(sql`select title from notebooks where compute_id = ${id} and trashed_at is null order by title`)
    if (found.length > 0 && !input.movesNotebooks) {
      const which = found.length === 1 ? `The notebook “${found[0]!.title}” uses` : `${found.length} notebooks use`
      return refuse('compute-in-use', `${which} this compute. Choose another for ${found.length === 1 ? 'it' : 'them'}, or delete it with its notebooks moved to the default.`)
    }
    await tx.execute(sql`update notebooks set compute_id = null where compute_id = ${id}`)
    await tx.delete(computes).where(eq(computes.id, id))
    // Its folder and log go with it.
    await tx.execute(sql`select from graphile_worker.add_job('forget-compute', payload => ${JSON.stringify({ computeId: id })}::json, queue_name => ${`compute:${id}`}, max_attempts => 3)`)
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'compute.delete', subject: id, detail: { name, movedNotebooks: found.length }, requestId: input.requestId })
    return accept(null)
  })
}
