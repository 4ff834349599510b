import { error } from '@sveltejs/kit'
import { listMembers, statusOf } from '#lib/server/door.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:members')
  const members = await listMembers(locals.deps, locals.actor, params.workspace)
  if (!members.ok) error(statusOf(members.reason), members.message)
  return { members: members.value }
}
