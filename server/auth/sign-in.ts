/**
 * Sign-in with e-mail and password. An unknown mail and a wrong password get the same answer in the same time.
 * Tries are counted per account and per network before the password is looked at.
 */
import { isAPIError } from 'better-auth/api'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { UserId } from '#lib/domain/ids.ts'
import type { Deps } from '../deps.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { forgetAttempts, networkOf, takeAttempt } from './limit-attempts.ts'
import { sessionCookies, type SessionCookie } from './session-cookies.ts'

const QUARTER_MS = 15 * 60 * 1000
const PER_ACCOUNT = { max: 10, windowMs: QUARTER_MS }
const PER_NETWORK = { max: 100, windowMs: QUARTER_MS }

export interface SignInInput {
  email: string
  password: string
  address: string
  userAgent: string | null
  requestId: string
}

export type SignedIn = { cookies: SessionCookie[]; userId: UserId }

export async function signIn(deps: Pick<Deps, 'auth' | 'sql' | 'db'>, input: SignInInput): Promise<Outcome<SignedIn, 'sign-in-failed' | 'too-many-requests'>> {
  const email = input.email.trim().toLowerCase()
  const accountKey = `sign-in:account:${email}`
  const isWithin = (await takeAttempt(deps.sql, `sign-in:network:${networkOf(input.address)}`, PER_NETWORK))
    && (await takeAttempt(deps.sql, accountKey, PER_ACCOUNT))
  if (!isWithin) return refuse('too-many-requests', 'Too many tries. Wait 15 minutes, then sign in again.')
  try {
    const { headers, response } = await deps.auth.api.signInEmail({
      body: { email, password: input.password },
      headers: new Headers(input.userAgent === null ? {} : { 'user-agent': input.userAgent }),
      returnHeaders: true,
    })
    await forgetAttempts(deps.sql, accountKey)
    const userId = response.user.id as UserId
    await recordAudit(deps.db, { workspaceId: null, actor: userId, action: 'sign-in', subject: userId, requestId: input.requestId })
    return accept({ cookies: sessionCookies(headers), userId })
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    await recordAudit(deps.db, { workspaceId: null, actor: 'anonymous', action: 'sign-in-failed', subject: email, requestId: input.requestId })
    return refuse('sign-in-failed', 'This e-mail and password do not belong together. Check both and try again.')
  }
}
