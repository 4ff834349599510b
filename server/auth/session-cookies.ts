/**
 * The Set-Cookie headers of better-auth as values that a form action can set. The browser keeps the cookie for the
 * longest life of a session; when it really ends (7 idle days, 30 in all) is decided by the row in the database.
 */
import { parseSetCookieHeader } from 'better-auth/cookies'

export interface SessionCookie {
  name: string
  value: string
  maxAge: number | undefined
  isSecure: boolean
}

const KEPT_S = 30 * 24 * 60 * 60

export function sessionCookies(headers: Headers): SessionCookie[] {
  const all = headers.getSetCookie().flatMap((header) => [...parseSetCookieHeader(header)])
  return all.map(([name, cookie]) => {
    const given = cookie['max-age']
    return { name, value: cookie.value, maxAge: given === undefined || given <= 0 ? given : KEPT_S, isSecure: cookie.secure === true }
  })
}
