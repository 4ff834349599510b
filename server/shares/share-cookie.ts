/**
 * The cookie of a guest: one per link, named after the share, holding the token and a number of the browser's own, by
 * which guests of one link are told apart. It is HttpOnly and ends with the link, so the address bar, the history and
 * the Referer of a shared page never carry the secret.
 */
import { randomBytes } from 'node:crypto'
import { isUuid, type ShareId } from '#lib/domain/ids.ts'
import { isToken } from './share-token.ts'

const PREFIX = 'dh_share_'
/** More links than this in one browser: the oldest names are not looked at. */
const COOKIES_READ = 10

export const shareCookieName = (shareId: ShareId): string => `${PREFIX}${shareId}`

export interface ShareCookie {
  shareId: ShareId
  token: string
  /** Not secret; says nothing but "the same browser". */
  visitor: string
}

export const newShareCookie = (token: string): string => `${token}.${randomBytes(6).toString('base64url')}`

export function readShareCookies(headers: Headers): ShareCookie[] {
  const cookie = headers.get('cookie') ?? ''
  if (!cookie.includes(PREFIX)) return []
  const found = cookie.split(/;\s*/).flatMap((pair) => {
    const [name = '', value = ''] = pair.split('=', 2)
    const [token = '', visitor = ''] = value.split('.', 2)
    const shareId = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : ''
    return isUuid(shareId) && isToken(token) ? [{ shareId: shareId as ShareId, token, visitor: visitor.slice(0, 20) }] : []
  })
  return found.slice(-COOKIES_READ)
}
