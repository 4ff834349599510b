/** The kernels that live now in a workspace: whose notebook, on which compute, how busy and how big. */
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { ComputeId, KernelId, NotebookId, RunId } from '#lib/domain/ids.ts'
import type { KernelState } from '#lib/domain/kernel.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { kernels } from '../store/schema/compute.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface KernelSummary {
  id: KernelId
  notebookId: NotebookId
  notebookTitle: string
  computeId: ComputeId | null
  /** Set for the kernel of one scheduled run or step. */
  runId: RunId | null
  state: KernelState
  peakBytes: number | null
  startedAt: string
  lastUsedAt: string
}

export async function listKernels(deps: { db: Executor }, actor: Actor | null, workspaceId: string): Promise<Outcome<KernelSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspaceId, 'compute:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db.select({ kernel: kernels, title: notebooks.title }).from(kernels)
    .innerJoin(notebooks, eq(notebooks.id, kernels.notebookId))
    .where(and(eq(notebooks.workspaceId, allowed.value.workspaceId), isNull(kernels.endedAt)))
    .orderBy(desc(kernels.lastUsedAt))
  return accept(rows.map(({ kernel, title }) => ({
    id: kernel.id, notebookId: kernel.notebookId, notebookTitle: title, computeId: kernel.computeId, runId: kernel.runId, state: kernel.state,
    peakBytes: kernel.peakBytes, startedAt: kernel.startedAt.toISOString(), lastUsedAt: kernel.lastUsedAt.toISOString(),
  })))
}
