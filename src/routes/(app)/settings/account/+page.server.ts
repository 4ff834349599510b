import { fail } from '@sveltejs/kit'
import { refuse } from '#lib/domain/outcome.ts'
import { changePassword, endOtherSessions, hasPassword, listSessions, statusOf, type Member } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { Actions, PageServerLoad } from './$types'

/** The hook lets members alone in here. A token that leaked must not sign its person out, nor keep them from their account. */
function signedIn(locals: App.Locals): Member {
  const { actor } = locals
  if (actor?.kind === 'member' && actor.sessionId !== null) return actor
  return pageError(refuse('not-allowed', 'A token cannot change an account. Sign in with the browser.'), locals)
}

export const load: PageServerLoad = async ({ locals, depends }) => {
  depends('dataharbour:account')
  const actor = signedIn(locals)
  const [sessions, knowsPassword] = await Promise.all([listSessions(locals.deps, actor), hasPassword(locals.deps, actor)])
  return { sessions, knowsPassword }
}

export const actions: Actions = {
  password: async ({ request, locals }) => {
    const form = await request.formData()
    const done = await changePassword(locals.deps, signedIn(locals), {
      current: String(form.get('current') ?? ''), next: String(form.get('next') ?? ''), headers: request.headers, requestId: locals.requestId,
    })
    return done.ok ? { changed: true } : fail(statusOf(done.reason), { reason: done.reason, message: done.message })
  },
  others: async ({ locals }) => ({ ended: await endOtherSessions(locals.deps, signedIn(locals), { requestId: locals.requestId }) }),
}
