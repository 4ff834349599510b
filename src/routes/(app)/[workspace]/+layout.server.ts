import { error } from '@sveltejs/kit'
import { readWorkspace, statusOf } from '#lib/server/door.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, params }) => {
  const workspace = await readWorkspace(locals.deps, locals.actor, params.workspace)
  if (!workspace.ok) error(statusOf(workspace.reason), workspace.message)
  return { workspace: workspace.value }
}
