/**
 * Restarts a notebook's kernel: what runs in it is cancelled, and a job in the notebook's own queue (so: after the
 * cancelled run has ended) has a worker end the process. Both in one transaction: no run is taken up between them. The next run starts a new one.
 */
import type { KernelFeedState } from '#lib/domain/feed.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { interruptWithin } from '../runs/cancel-run.ts'
import { readKernelState } from '../runs/read-outputs.ts'
import type { Database } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { askToStop } from './ask-to-stop.ts'
import { findKernel } from './kernel-store.ts'

type Deps = { db: Database; now: () => Date }

export async function restartKernel(deps: Deps, actor: Actor | null, input: { notebookId: string; requestId: string | null }): Promise<Outcome<{ state: KernelFeedState; reason: string | null }, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'run:cancel')
  if (!allowed.ok) return allowed
  const { id: notebookId, workspaceId } = allowed.value
  await deps.db.transaction(async (tx) => {
    await interruptWithin(tx, notebookId, actor, deps.now())
    await askToStop(tx, { notebookId, kernelId: (await findKernel(tx, notebookId))?.id ?? null })
  })
  await recordAudit(deps.db, { workspaceId, actor: actor!, action: 'kernel.restart', subject: notebookId, requestId: input.requestId })
  return accept(await readKernelState(deps.db, notebookId))
}
