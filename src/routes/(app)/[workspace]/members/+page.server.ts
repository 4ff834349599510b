import { listMembers } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:members')
  const members = await listMembers(locals.deps, locals.actor, params.workspace)
  if (!members.ok) pageError(members, locals)
  return { members: members.value }
}
