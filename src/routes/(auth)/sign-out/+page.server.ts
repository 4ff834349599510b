/** Sign-out is a POST from the account menu; opening the address by hand only goes home. */
import { redirect } from '@sveltejs/kit'
import { signOut } from '#lib/server/door.ts'
import { setSessionCookies } from '#lib/server/set-session-cookies.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = () => redirect(303, '/')

export const actions: Actions = {
  default: async ({ request, locals, cookies }) => {
    setSessionCookies(cookies, await signOut(locals.deps, locals.actor, { headers: request.headers, requestId: locals.requestId }))
    redirect(303, '/sign-in')
  },
}
