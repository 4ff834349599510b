/** The front door: a one-time link signs in and goes to the Welcome notebook; else to a workspace or to sign-in. */
import { redirect } from '@sveltejs/kit'
import { consumeSignInLink, findLanding } from '#lib/server/door.ts'
import { setSessionCookies } from '#lib/server/set-session-cookies.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ url, request, locals, cookies, getClientAddress }) => {
  const { deps, actor, requestId } = locals
  const token = url.searchParams.get('token')
  // A link checker asks with HEAD: it must not spend the token.
  if (token !== null && request.method === 'GET') {
    const signedIn = await consumeSignInLink(deps, { token, address: getClientAddress(), userAgent: request.headers.get('user-agent'), requestId })
    if (signedIn.ok) {
      setSessionCookies(cookies, signedIn.value.cookies)
      redirect(303, await findLanding(deps, signedIn.value.userId, { prefersWelcome: true }))
    }
    if (actor?.kind !== 'member') redirect(303, `/sign-in?problem=${signedIn.reason}`)
  }
  if (actor?.kind !== 'member') redirect(303, '/sign-in')
  redirect(303, await findLanding(deps, actor.userId, { prefersWelcome: false }))
}
