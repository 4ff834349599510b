/**
 * The cookie of a guest: one per link, named after the share, holding the token. It is HttpOnly and ends with the link,
 * so the address bar, the history and the Referer of a shared page never carry the secret.
 */
import { isUuid, type ShareId } from '#lib/domain/ids.ts'
import { isToken } from './share-token.ts'

const PREFIX = 'dh_share_'
/** More links than this in one browser: the oldest names are not looked at. */
const COOKIES_READ = 10

export const shareCookieName = (shareId: ShareId): string => `${PREFIX}${shareId}`

export function readShareCookies(headers: Headers): { shareId: ShareId; token: string }[] {
  const cookie = headers.get('cookie') ?? ''
  if (!cookie.includes(PREFIX)) return []
  const found = cookie.split(/;\s*/).flatMap((pair) => {
    const [name = '', token = ''] = pair.split('=', 2)
    const shareId = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : ''
    return isUuid(shareId) && isToken(token) ? [{ shareId: shareId as ShareId, token }] : []
  })
  return found.slice(-COOKIES_READ)
}
