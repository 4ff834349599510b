import { fail, redirect } from '@sveltejs/kit'
import { signUp, statusOf } from '#lib/server/door.ts'
import { safeNext } from '#lib/server/safe-next.ts'
import { setSessionCookies } from '#lib/server/set-session-cookies.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.actor?.kind === 'member') redirect(303, '/')
  return { isSignUpOpen: locals.deps.config.isSignUpOpen, next: url.searchParams.get('next') }
}

export const actions: Actions = {
  default: async ({ request, locals, cookies, url, getClientAddress }) => {
    const form = await request.formData()
    const name = String(form.get('name') ?? '')
    const email = String(form.get('email') ?? '')
    const outcome = await signUp(locals.deps, {
      name,
      email,
      password: String(form.get('password') ?? ''),
      address: getClientAddress(),
      userAgent: request.headers.get('user-agent'),
      requestId: locals.requestId,
    })
    if (!outcome.ok) return fail(statusOf(outcome.reason), { name, email, reason: outcome.reason, message: outcome.message })
    setSessionCookies(cookies, outcome.value.cookies)
    const next = url.searchParams.get('next')
    redirect(303, next === null ? `/${outcome.value.workspaceSlug}` : safeNext(next))
  },
}
