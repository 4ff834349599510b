/** The notebook as it stands: what may be done, its text and its last results, so that the first paint is whole. */
import { error, redirect } from '@sveltejs/kit'
import { can } from '#lib/domain/access.ts'
import { openNotebook, readOutputs, statusOf } from '#lib/server/door.ts'
import { readFirstPages } from '#lib/server/read-first-pages.ts'
import { WINDOW } from '#lib/ui/result/result-table.svelte.ts'
import type { NotebookPage } from '#lib/ui/notebook/notebook-page.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals: { deps, actor }, params }) => {
  const opened = await openNotebook(deps, actor, params.notebook)
  if (!opened.ok) error(statusOf(opened.reason), opened.message)
  const { id, workspaceId, workspaceSlug, epoch, role, trashedAt, canEdit, canRun, canComment, canShare, canSchedule } = opened.value
  if (workspaceSlug !== params.workspace) redirect(307, `/${workspaceSlug}/n/${id}`)
  const [text, outputs] = await Promise.all([deps.rooms.read(id), readOutputs(deps, actor, id)])
  if (!outputs.ok) error(statusOf(outputs.reason), outputs.message)
  const me = actor?.kind === 'member' ? { id: actor.userId, name: actor.name, isGuest: false } : { id: '', name: 'Guest', isGuest: true }
  const firstPages = await readFirstPages(deps, actor, text.cells, outputs.value, WINDOW)
  const notebook: NotebookPage = { id, workspaceId, workspaceSlug, epoch, text, snapshot: outputs.value, firstPages, me, canComment, canModerate: can(role, 'comment:moderate'), canShare, canSchedule }
  return { notebook, canEdit, canRun, trashedAt }
}
