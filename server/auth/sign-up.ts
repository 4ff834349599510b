/** Sign-up: an account, a session, and a workspace of its own to begin in. */
import { isAPIError } from 'better-auth/api'
import { z } from 'zod'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { UserId } from '#lib/domain/ids.ts'
import type { Deps } from '../deps.ts'
import { createWorkspace } from '../workspaces/create-workspace.ts'
import { checkPassword } from './check-password.ts'
import { networkOf, takeAttempt } from './limit-attempts.ts'
import { sessionCookies } from './session-cookies.ts'
import type { SignedIn, SignInInput } from './sign-in.ts'

const PER_NETWORK = { max: 20, windowMs: 60 * 60 * 1000 }
const NAME_MAX = 80

export type SignUpRefusal = 'sign-up-closed' | 'too-many-requests' | 'name-invalid' | 'email-invalid' | 'password-too-short' | 'password-too-long' | 'email-taken'

export async function signUp(
  deps: Pick<Deps, 'auth' | 'sql' | 'db' | 'config'>,
  input: SignInInput & { name: string },
): Promise<Outcome<SignedIn & { workspaceSlug: string }, SignUpRefusal>> {
  if (!deps.config.isSignUpOpen) return refuse('sign-up-closed', 'Nobody can sign up here by themselves. Ask an owner of this DataHarbour for an account.')
  const refusal = checkSignUp(input)
  if (refusal !== null) return refusal
  if (!(await takeAttempt(deps.sql, `sign-up:network:${networkOf(input.address)}`, PER_NETWORK))) {
    return refuse('too-many-requests', 'Too many accounts were made from your network. Wait an hour, then try again.')
  }
  const name = input.name.trim()
  const made = await makeAccount(deps, { ...input, name })
  if (!made.ok) return made
  const actor = { kind: 'member', userId: made.value.userId, name, sessionId: null } as const
  const workspace = await createWorkspace(deps, actor, { name: `${name.split(/\s+/)[0]}’s workspace`, slug: null, requestId: input.requestId })
  if (!workspace.ok) throw new Error(`No first workspace: ${workspace.reason}`)
  return accept({ ...made.value, workspaceSlug: workspace.value.slug })
}

function checkSignUp(input: { name: string; email: string; password: string }) {
  const name = input.name.trim()
  if (name === '' || name.length > NAME_MAX) return refuse('name-invalid', `Write your name, with at most ${NAME_MAX} characters.`)
  if (!z.email().safeParse(input.email.trim()).success) return refuse('email-invalid', 'Write an e-mail address like ada@example.org.')
  return checkPassword(input.password)
}

async function makeAccount(deps: Pick<Deps, 'auth'>, input: SignInInput & { name: string }): Promise<Outcome<SignedIn, 'email-taken'>> {
  try {
    const { headers, response } = await deps.auth.api.signUpEmail({
      body: { name: input.name, email: input.email.trim().toLowerCase(), password: input.password },
      headers: new Headers(input.userAgent === null ? {} : { 'user-agent': input.userAgent }),
      returnHeaders: true,
    })
    return accept({ cookies: sessionCookies(headers), userId: response.user.id as UserId })
  } catch (error) {
    if (!isAPIError(error) || error.statusCode >= 500) throw error
    return refuse('email-taken', 'There is an account with this e-mail already. Sign in instead.')
  }
}
