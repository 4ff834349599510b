/** Puts the cookies that auth made (already signed) on a form action's answer. */
import type { Cookies } from '@sveltejs/kit'
import type { SessionCookie } from './door.ts'

export function setSessionCookies(cookies: Cookies, list: readonly SessionCookie[]): void {
  for (const { name, value, maxAge, isSecure } of list) {
    cookies.set(name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure, ...(maxAge === undefined ? {} : { maxAge }) })
  }
}
