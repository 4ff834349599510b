import { listTokens } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('dataharbour:tokens')
  const tokens = await listTokens(locals.deps, locals.actor)
  if (!tokens.ok) pageError(tokens, locals)
  return { tokens: tokens.value }
}
