import { fail, redirect } from '@sveltejs/kit'
import { signIn, statusOf } from '#lib/server/door.ts'
import { safeNext } from '#lib/server/safe-next.ts'
import { setSessionCookies } from '#lib/server/set-session-cookies.ts'
import type { Actions, PageServerLoad } from './$types'

const PROBLEMS: Record<string, string> = {
  'link-spent': 'This sign-in link was used already or is older than a day. Start DataHarbour again to get a new one, or sign in here.',
  'too-many-requests': 'Too many links were tried. Wait 15 minutes, then open the link again.',
}

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.actor?.kind === 'member') redirect(303, safeNext(url.searchParams.get('next')))
  return { isSignUpOpen: locals.deps.config.isSignUpOpen, problem: PROBLEMS[url.searchParams.get('problem') ?? ''] ?? null, next: url.searchParams.get('next') }
}

export const actions: Actions = {
  default: async ({ request, locals, cookies, url, getClientAddress }) => {
    const form = await request.formData()
    const email = String(form.get('email') ?? '')
    const outcome = await signIn(locals.deps, {
      email,
      password: String(form.get('password') ?? ''),
      address: getClientAddress(),
      userAgent: request.headers.get('user-agent'),
      requestId: locals.requestId,
    })
    if (!outcome.ok) return fail(statusOf(outcome.reason), { email, message: outcome.message })
    setSessionCookies(cookies, outcome.value.cookies)
    redirect(303, safeNext(url.searchParams.get('next')))
  },
}
