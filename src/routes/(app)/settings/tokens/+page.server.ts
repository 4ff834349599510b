import { error } from '@sveltejs/kit'
import { listTokens, statusOf } from '#lib/server/door.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('dataharbour:tokens')
  const tokens = await listTokens(locals.deps, locals.actor)
  if (!tokens.ok) error(statusOf(tokens.reason), tokens.message)
  return { tokens: tokens.value }
}
