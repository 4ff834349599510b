/** A shared notebook, live, for a guest: its text and last results, and nothing of the workspace around it. */
import { openSharedNotebook, readOutputs } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { NotebookPage } from '#lib/ui/notebook/notebook-page.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow', 'referrer-policy': 'no-referrer' })
  const { deps, actor } = locals
  const shared = await openSharedNotebook(deps, actor, params.share)
  if (!shared.ok) pageError(shared, locals)
  const { guest, name, notebook: opened } = shared.value
  const [text, outputs] = await Promise.all([deps.rooms.read(opened.id), readOutputs(deps, guest, opened.id)])
  if (!outputs.ok) pageError(outputs, locals)
  const notebook: NotebookPage = {
    id: opened.id, workspaceId: opened.workspaceId, workspaceSlug: opened.workspaceSlug, epoch: opened.epoch, text, snapshot: outputs.value,
    me: { id: '', name, isGuest: true }, canComment: false, canModerate: false, canShare: false, canSchedule: false,
  }
  return { notebook, name, isMember: actor?.kind === 'member' }
}
