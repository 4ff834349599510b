/** The notebooks of one compute: that chose it, that follow it as the default, or whose kernel was started on it. */
import { sql } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeCompute } from './authorize-compute.ts'

export interface ComputeNotebook { id: NotebookId; title: string; isChosen: boolean; hasKernel: boolean }

const MOST = 500

export async function listComputeNotebooks(deps: { db: Database }, actor: Actor | null, input: { computeId: string }): Promise<Outcome<ComputeNotebook[], AuthorizeRefusal>> {
  const allowed = await authorizeCompute(deps, actor, input.computeId, 'compute:read')
  if (!allowed.ok) return allowed
  const { id, workspaceId, isDefault } = allowed.value
  const rows = await deps.db.execute<{ id: NotebookId; title: string; isChosen: boolean; hasKernel: boolean }>(sql`
    select * from (
      select n.id, n.title, n.compute_id is not null and n.compute_id = ${id} as "isChosen",
        exists (select from kernels k where k.notebook_id = n.id and k.compute_id = ${id} and k.ended_at is null) as "hasKernel",
        n.compute_id = ${id} or (n.compute_id is null and ${isDefault}) as "runsHere"
      from notebooks n where n.workspace_id = ${workspaceId} and n.trashed_at is null
    ) as found where "runsHere" or "hasKernel" order by "hasKernel" desc, title limit ${MOST}`)
  return accept(rows.map(({ id: notebookId, title, isChosen, hasKernel }) => ({ id: notebookId, title, isChosen, hasKernel })))
}
