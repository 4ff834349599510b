/** What a password must be, wherever one is chosen. */
import { refuse } from '#lib/domain/outcome.ts'
import { PASSWORD_MAX, PASSWORD_MIN } from './auth.ts'

export function checkPassword(password: string) {
  if (password.length < PASSWORD_MIN) return refuse('password-too-short', `Choose a password of at least ${PASSWORD_MIN} characters.`)
  if (password.length > PASSWORD_MAX) return refuse('password-too-long', `A password has at most ${PASSWORD_MAX} characters.`)
  return null
}
