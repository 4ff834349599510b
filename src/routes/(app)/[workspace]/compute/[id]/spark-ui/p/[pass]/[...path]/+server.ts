/**
 * Spark's own pages, to look at. The pass in the address says for whom; what comes from Spark has a policy of its own
 * that takes the app's origin away from it (src/lib/domain/spark-pages.ts).
 */
import { error } from '@sveltejs/kit'
import { pagesPolicy } from '#lib/domain/spark-pages.ts'
import { readSparkPage } from '#lib/server/door.ts'
import type { RequestHandler } from './$types'

export const trailingSlash = 'ignore'

/** The address goes into Spark's pages as it is. */
const PLAIN = /^\/[a-z0-9-]+\/compute\/[0-9a-f-]+\/spark-ui\/p\/[\w.-]+$/

export const GET: RequestHandler = async ({ locals, params, request, url }) => {
  const entry = `/${params.workspace}/compute/${params.id}/spark-ui`
  const base = `${entry}/p/${params.pass}`
  if (!PLAIN.test(base) || !url.pathname.startsWith(base)) error(404, 'There is nothing at this address.')
  const path = url.pathname.slice(base.length) || '/'
  const dest = request.headers.get('sec-fetch-dest')
  const answer = await readSparkPage(locals.deps, locals.actor, {
    computeId: params.id, pass: params.pass, base, path, search: url.search, isDocument: dest === null || dest === 'document',
  })
  const headers = new Headers({
    'content-security-policy': pagesPolicy(`${url.origin}${base}/`), 'referrer-policy': 'no-referrer',
    // A page without an origin of ours loads from ours, and may not be kept apart by it.
    'cross-origin-opener-policy': 'unsafe-none', 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': 'null',
    'cache-control': path.startsWith('/static/') ? 'private, max-age=3600' : 'no-store',
  })
  if (answer.kind === 'enter') headers.set('location', `${entry}/?to=${encodeURIComponent(path + url.search)}`)
  if (answer.kind === 'moved') headers.set('location', answer.location)
  if (answer.kind === 'enter' || answer.kind === 'moved') return new Response(null, { status: 303, headers })
  headers.set('content-type', answer.kind === 'page' ? answer.type : 'text/plain; charset=utf-8')
  if (answer.kind === 'refused') return new Response(answer.sentence, { status: answer.status, headers })
  return new Response(answer.body as BodyInit, { status: answer.status, headers })
}

/** Spark's scripts ask with a header of their own, for which a browser asks first. */
export const OPTIONS: RequestHandler = () => new Response(null, {
  status: 204,
  headers: { 'access-control-allow-origin': 'null', 'access-control-allow-methods': 'GET', 'access-control-allow-headers': 'x-requested-with', 'cross-origin-resource-policy': 'cross-origin' },
})
