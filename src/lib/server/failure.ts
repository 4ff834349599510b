/**
 * Failures: what somebody is told when a request ends in a way that its route did not foresee. The text of an error is
 * for the log alone. Below /api every answer that says no has one shape, also those that SvelteKit gives by itself.
 */
import type { RequestEvent } from '@sveltejs/kit'
import { refuse, type Refusal } from '#lib/domain/outcome.ts'
import { isDatabaseAway, type Deps } from './door.ts'
import { isTooLarge, problem } from './route.ts'
import { isEmbed } from './theme.ts'

const TOO_LARGE = refuse('too-large', 'The request is larger than 64 MB. Send a file in parts.')
const AWAY = refuse('database-unavailable', 'The database cannot be reached. Try again in a moment; if it stays, tell the operator.')
const UNEXPECTED = refuse('unexpected', 'Something went wrong on our side. Try again; if it stays, tell the operator the number of this request.')
const NOTHING_HERE = refuse('not-found', 'There is nothing at this address. The addresses of the API are told at /docs.')
const NOT_UNDERSTOOD = refuse('bad-request', 'The request could not be understood.')

export async function failureOf(deps: Pick<Deps, 'pulse'>, error: unknown): Promise<Refusal> {
  if (isTooLarge(error)) return TOO_LARGE
  return (await isDatabaseAway(deps.pulse, error)) ? AWAY : UNEXPECTED
}

export const isAway = (failure: Refusal | null): failure is Refusal => failure?.reason === AWAY.reason

/** An answer of the API in the API's own form. */
export async function asApiAnswer(event: RequestEvent, response: Response): Promise<Response> {
  const { method } = event.request
  if (response.status === 405) return withoutMethod(event, response)
  if (response.status >= 400 && response.headers.get('content-type') !== 'application/problem+json') return problem(event.locals.failure ?? told(response.status), event.locals.requestId)
  if (method !== 'HEAD' || response.body === null) return response
  // What a GET would send is not sent: a stream would otherwise go on for nobody.
  await response.body.cancel()
  return new Response(null, response)
}

function withoutMethod(event: RequestEvent, response: Response): Response {
  const allow = [response.headers.get('allow'), 'OPTIONS'].filter(Boolean).join(', ')
  if (event.request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } })
  const answer = problem(refuse('method-not-allowed', `${event.request.method} cannot be asked of this address; it takes ${allow}.`), event.locals.requestId)
  answer.headers.set('allow', allow)
  return answer
}

function told(status: number): Refusal {
  if (status >= 500) return UNEXPECTED
  if (status === 413) return TOO_LARGE
  return status === 404 ? NOTHING_HERE : NOT_UNDERSTOOD
}

/** For a page: no layout, since that would ask the database again. It comes back by itself. A page that asks by itself reads the sentence from JSON. */
export function awayPage(event: RequestEvent, failure: Refusal): Response {
  const said = { message: failure.message, id: event.locals.requestId }
  const headers = { 'retry-after': '30' }
  if (event.isDataRequest || event.request.headers.get('accept') === 'application/json') return Response.json({ type: 'error', status: 503, error: said, ...said }, { status: 503, headers })
  // Only the database knows who may frame an embed. There is nothing here to see or press, and a frame that is refused never comes back.
  if (isEmbed(event.url)) event.locals.frameAncestors ??= ['*']
  const again: Record<string, string> = event.request.method === 'GET' ? { refresh: '30' } : {}
  return new Response(PAGE.replace('%sentence%', said.message).replace('%id%', said.id), { status: 503, headers: { ...headers, ...again, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" } })
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
    <title>503 · DataHarbour</title>
    <style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto 0; padding: 0 1.5rem } h1 { font-size: 1.5rem; line-height: 1.3 } small { opacity: 0.75 }</style>
  </head>
  <body>
    <main><p>503</p><h1>%sentence%</h1><p><a href="">Try again</a></p><p><small>Number of this request: <code>%id%</code></small></p></main>
  </body>
</html>
`
