/** A one-time link becomes a session. The token is spent by the first call, in one statement; a second gets a refusal. */
import { isAPIError } from 'better-auth/api'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { UserId } from '#lib/domain/ids.ts'
import type { Deps } from '../deps.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { networkOf, takeAttempt } from './limit-attempts.ts'
import { sessionCookies } from './session-cookies.ts'
import type { SignedIn } from './sign-in.ts'

const PER_NETWORK = { max: 60, windowMs: 15 * 60 * 1000 }
const SPENT = 'This sign-in link was used already or is older than a day. Start DataHarbour again to get a new one, or sign in.'

export async function consumeSignInLink(
  deps: Pick<Deps, 'auth' | 'db' | 'sql'>,
  input: { token: string; address: string; userAgent: string | null; requestId: string },
): Promise<Outcome<SignedIn, 'link-spent' | 'too-many-requests'>> {
  if (!(await takeAttempt(deps.sql, `link:network:${networkOf(input.address)}`, PER_NETWORK))) {
    return refuse('too-many-requests', 'Too many links were tried. Wait 15 minutes, then open the link again.')
  }
  if (input.token.length > 128) return refuse('link-spent', SPENT)
  try {
    const { headers, response } = await deps.auth.api.magicLinkVerify({ query: { token: input.token }, headers: new Headers(input.userAgent === null ? {} : { 'user-agent': input.userAgent }), returnHeaders: true })
    const userId = response.user.id as UserId
    await recordAudit(deps.db, { workspaceId: null, actor: userId, action: 'sign-in', subject: userId, detail: { by: 'link' }, requestId: input.requestId })
    return accept({ cookies: sessionCookies(headers), userId })
  } catch (error) {
    // better-auth answers a spent token with a redirect, thrown as an error.
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    return refuse('link-spent', SPENT)
  }
}
