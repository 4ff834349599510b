/** Ends a page's load with a refusal: its sentence, its status, and the number of the request for the log. */
import { error } from '@sveltejs/kit'
import type { Refusal } from '#lib/domain/outcome.ts'
import { statusOf } from './door.ts'

export function pageError(refusal: Refusal, locals: Pick<App.Locals, 'requestId'>): never {
  error(statusOf(refusal.reason), { message: refusal.message, id: locals.requestId })
}
