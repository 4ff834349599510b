/** Every page inside knows who is here and which workspaces are theirs. The hook has let members in only. */
import { error } from '@sveltejs/kit'
import { listWorkspaces, statusOf } from '#lib/server/door.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals }) => {
  const { actor, deps } = locals
  const workspaces = await listWorkspaces(deps, actor)
  if (!workspaces.ok || actor?.kind !== 'member') error(workspaces.ok ? 401 : statusOf(workspaces.reason), 'Sign in to go on.')
  return { me: { userId: actor.userId, name: actor.name }, workspaces: workspaces.value }
}
