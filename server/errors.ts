/**
 * Errors: the one place where a refusal becomes an HTTP status or a WebSocket close code.
 * A reason that is not named here is a plain 409: the request was understood and not carried out.
 */
import { CLOSE, type CloseCode } from '#lib/domain/close-codes.ts'
import type { Refusal } from '#lib/domain/outcome.ts'

const STATUS: Record<string, number> = {
  'bad-request': 400, 'slug-invalid': 400, 'slug-reserved': 400, 'title-empty': 400, 'title-too-long': 400, 'folder-invalid': 400,
  'cron-invalid': 400, 'zone-invalid': 400, 'workflow-cycle': 400, 'workflow-invalid': 400, 'origin-invalid': 400, 'column-missing': 400, 'filter-invalid': 400,
  'memory-invalid': 400, 'cores-invalid': 400, 'idle-invalid': 400, 'url-invalid': 400, 'url-needed': 400, 'url-not-its': 400, 'limits-not-its': 400, 'pages-url-invalid': 400, 'address-refused': 400, 'connect-failed': 422, 'compute-missing': 422, 'pages-elsewhere': 404, 'pages-path-refused': 404,
  'name-invalid': 400, 'comment-empty': 400, 'comment-too-long': 400, 'email-invalid': 400, 'password-too-short': 400, 'password-too-long': 400, 'password-wrong': 400, 'not-json': 400,
  'path-invalid': 400, 'version-missing': 404, 'preview-none': 422, 'keep-invalid': 400, 'file-empty': 400, 'part-invalid': 400, 'columns-invalid': 400, 'file-unreadable': 422, 'no-table': 422,
  'run-open': 409, 'table-remade': 410, 'key-invalid': 400, 'instant-invalid': 400, 'nothing-shared': 422, 'too-wide': 422,
  'account-missing': 422, 'link-spent': 410, 'sign-in-failed': 401,
  'sign-in-needed': 401, 'share-invalid': 401,
  'not-allowed': 403, 'origin-refused': 403, 'sign-up-closed': 403,
  'not-found': 404, 'cell-missing': 404,
  'method-not-allowed': 405,
  'share-expired': 410, 'result-gone': 410,
  'too-large': 413, 'file-too-large': 413,
  'host-unknown': 421,
  'parameter-unknown': 422, 'parameter-wrong': 422, 'nothing-to-run': 422, 'cell-not-runnable': 422,
  'too-many-requests': 429, 'too-many-uploads': 429,
  'cancelled': 499,
  'unexpected': 500,
  'storage-unavailable': 503, 'compute-unavailable': 503, 'database-unavailable': 503, 'reader-unavailable': 503, 'reader-timeout': 504,
}

export const statusOf = (reason: string): number => STATUS[reason] ?? 409

const CLOSING = {
  'sign-in-needed': CLOSE.signInNeeded,
  'not-allowed': CLOSE.notAllowed,
  'not-found': CLOSE.notFound,
  'share-invalid': CLOSE.shareEnded,
  'share-expired': CLOSE.shareEnded,
} as const satisfies Record<string, CloseCode>

/** Which code a visitor of a room gets who may not come in, or not stay. */
export const closeCodeOf = (reason: keyof typeof CLOSING): CloseCode => CLOSING[reason]

/** RFC 9457 body. `id` is the request's id, the same as in the log. */
export interface Problem {
  type: 'about:blank'
  title: string
  status: number
  reason: string
  detail: string
  id: string
}

export function problemFrom(refusal: Refusal, id: string): Problem {
  const status = statusOf(refusal.reason)
  return { type: 'about:blank', title: TITLES[status] ?? 'Not done', status, reason: refusal.reason, detail: refusal.message, id }
}

const TITLES: Record<number, string> = {
  400: 'Bad request', 401: 'Sign in', 403: 'Not allowed', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict', 410: 'Gone',
  413: 'Too large', 421: 'Another host', 422: 'Nothing to do', 429: 'Too many requests', 499: 'Cancelled', 500: 'Our fault', 503: 'Not available', 504: 'Too slow',
}
