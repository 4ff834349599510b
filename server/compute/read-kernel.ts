/** The state of a notebook's own kernel, for who may read the notebook. */
import type { KernelFeedState } from '#lib/domain/feed.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { readKernelState } from '../runs/read-outputs.ts'
import type { Database } from '../store/client.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export async function readKernel(deps: { db: Database }, actor: Actor | null, notebookId: string): Promise<Outcome<{ state: KernelFeedState; reason: string | null }, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  return allowed.ok ? accept(await readKernelState(deps.db, allowed.value.id)) : allowed
}
