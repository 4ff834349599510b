/** An embed: no person, no cookie, no socket. The sites of the link may frame it, and this server itself, for the preview. */
import { embedOrigins, openEmbed } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, setHeaders, getClientAddress, depends }) => {
  depends('dataharbour:embed')
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow' })
  const { deps } = locals
  const origins = await embedOrigins(deps, params.token)
  if (origins.length > 0) locals.frameAncestors = ["'self'", ...origins]
  const embed = await openEmbed(deps, { token: params.token, address: getClientAddress() })
  if (!embed.ok) pageError(embed, locals)
  const { kind, title, tiles } = embed.value
  return { kind, title, tiles, loadedAt: deps.now().toISOString() }
}
