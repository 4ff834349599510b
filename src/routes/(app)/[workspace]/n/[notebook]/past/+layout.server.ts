/** The stops of the slider: read once, however far it is moved. */
import { listStops, openNotebook } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, params }) => {
  const opened = await openNotebook(locals.deps, locals.actor, params.notebook)
  if (!opened.ok) pageError(opened, locals)
  const listed = await listStops(locals.deps, locals.actor, params.notebook)
  if (!listed.ok) pageError(listed, locals)
  const { id, title, workspaceSlug } = opened.value
  return { ...listed.value, notebook: { id, title, path: `/${workspaceSlug}/n/${id}` } }
}
