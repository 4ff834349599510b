/** Every page inside knows who is here and which workspaces are theirs. The hook lets members in only. */
import { error } from '@sveltejs/kit'
import { listWorkspaces } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals }) => {
  const { actor, deps } = locals
  if (actor?.kind !== 'member') error(401, 'Sign in to go on.')
  const workspaces = await listWorkspaces(deps, actor)
  if (!workspaces.ok) pageError(workspaces, locals)
  return { me: { userId: actor.userId, name: actor.name }, workspaces: workspaces.value }
}
