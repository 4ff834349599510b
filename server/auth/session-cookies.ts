/** The Set-Cookie headers of better-auth as values that a form action can set. */
import { parseSetCookieHeader } from 'better-auth/cookies'

export interface SessionCookie {
  name: string
  value: string
  maxAge: number | undefined
  isSecure: boolean
}

export function sessionCookies(headers: Headers): SessionCookie[] {
  const all = headers.getSetCookie().flatMap((header) => [...parseSetCookieHeader(header)])
  return all.map(([name, cookie]) => ({ name, value: cookie.value, maxAge: cookie['max-age'], isSecure: cookie.secure === true }))
}
