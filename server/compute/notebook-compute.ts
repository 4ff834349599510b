/**
 * The compute of a notebook: its choice, or else the workspace's default. A kernel keeps the one that it was started
 * with, so a new choice takes effect with the next kernel; scheduled runs and workflows start one each time.
 */
import { and, eq, isNull } from 'drizzle-orm'
import type { ComputeId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { isUuid } from '#lib/domain/ids.ts'
import type { Actor } from '../auth/actor.ts'
import type { Database, Executor } from '../store/client.ts'
import { computes, kernels } from '../store/schema/compute.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { authorizeNotebook, type AuthorizedNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { defaultCompute } from './compute-store.ts'

export interface NotebookCompute {
  /** Null: it follows the default. */
  chosenId: ComputeId | null
  /** Where its next kernel runs. */
  computeId: ComputeId
  name: string
  /** Where its living kernel runs; null without one. */
  kernelComputeId: ComputeId | null
  /** The living kernel is on another: a restart takes it over. */
  needsRestart: boolean
}

export async function readNotebookCompute(deps: { db: Database }, actor: Actor | null, notebookId: string): Promise<Outcome<NotebookCompute, AuthorizeRefusal>> {
  const allowed = await authorizeMember(deps, actor, notebookId, 'compute:read')
  return allowed.ok ? accept(await describe(deps.db, allowed.value, allowed.value.computeId as ComputeId | null)) : allowed
}

export async function chooseCompute(deps: { db: Database }, actor: Actor | null, input: { notebookId: string; computeId: string | null; requestId: string | null }): Promise<Outcome<NotebookCompute, AuthorizeRefusal | 'compute-missing'>> {
  const allowed = await authorizeMember(deps, actor, input.notebookId, 'notebook:edit')
  if (!allowed.ok) return allowed
  const { id, workspaceId } = allowed.value
  return deps.db.transaction(async (tx) => {
    const chosenId = input.computeId as ComputeId | null
    // Held, so that it is not deleted under the choice.
    const [compute] = chosenId === null || !isUuid(chosenId) ? [] : await tx.select({ id: computes.id }).from(computes).where(and(eq(computes.id, chosenId), eq(computes.workspaceId, workspaceId))).for('share')
    if (chosenId !== null && compute === undefined) return refuse('compute-missing', 'There is no such compute in this workspace any more. Choose another.')
    await tx.update(notebooks).set({ computeId: chosenId }).where(eq(notebooks.id, id))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'notebook.choose-compute', subject: id, detail: { computeId: chosenId }, requestId: input.requestId })
    return accept(await describe(tx, allowed.value, chosenId))
  })
}

/** Who sees the notebook through a link alone learns nothing of the workspace's computes. */
async function authorizeMember(deps: { db: Executor }, actor: Actor | null, notebookId: string, action: 'compute:read' | 'notebook:edit'): Promise<Outcome<AuthorizedNotebook, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, action)
  return allowed.ok && allowed.value.shareId !== null ? refuse('not-found', 'There is no such notebook, or you have no access to it.') : allowed
}

async function describe(db: Executor, { id, workspaceId }: AuthorizedNotebook, chosenId: ComputeId | null): Promise<NotebookCompute> {
  const [chosen] = chosenId === null ? [] : await db.select().from(computes).where(eq(computes.id, chosenId))
  const next = chosen ?? (await defaultCompute(db, workspaceId))
  const [kernel] = await db.select({ computeId: kernels.computeId }).from(kernels).where(and(eq(kernels.notebookId, id), isNull(kernels.runId), isNull(kernels.endedAt)))
  return { chosenId: chosen?.id ?? null, computeId: next.id, name: next.name, kernelComputeId: kernel?.computeId ?? null, needsRestart: kernel !== undefined && kernel.computeId !== next.id }
}
