import { readWorkspace } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, params }) => {
  const workspace = await readWorkspace(locals.deps, locals.actor, params.workspace)
  if (!workspace.ok) pageError(workspace, locals)
  return { workspace: workspace.value }
}
