/**
 * Hooks: every request gets an id, an actor and a decision before any route runs. Denied by default: a route that is
 * not in the public list needs someone signed in. An unexpected error shows the person a sentence and the id; its
 * detail goes to the log only, and what the API says no with has one form (lib/server/failure.ts).
 */
import { randomUUID } from 'node:crypto'
import { isHttpError, isRedirect, redirect, type Handle, type HandleServerError, type RequestEvent } from '@sveltejs/kit'
import { refuse } from '#lib/domain/outcome.ts'
import { isApi, isPublic } from '#lib/server/access.ts'
import { addressOf } from '#lib/server/address.ts'
import { actorOf, publishedDeps, safePath, whileDatabaseAnswers } from '#lib/server/door.ts'
import { asApiAnswer, awayPage, failureOf, isAway } from '#lib/server/failure.ts'
import { isFromHere, isOwnHost } from '#lib/server/origin.ts'
import { isFormTooLarge, letRunOut } from '#lib/server/read-body.ts'
import { problem } from '#lib/server/route.ts'
import { addSecurityHeaders } from '#lib/server/security-headers.ts'
import { isEmbed, themeClass } from '#lib/server/theme.ts'

export const handle: Handle = async ({ event, resolve }) => {
  const startedAt = performance.now()
  const deps = publishedDeps()
  const requestId = randomUUID()
  Object.assign(event.locals, { deps, requestId, actor: null, frameAncestors: null, failure: null } satisfies App.Locals)
  event.getClientAddress = addressOf(event)
  const response = await inForm(event, await orFailure(event, isHealth(event) ? answer(event, resolve) : whileDatabaseAnswers(deps.pulse, answer(event, resolve), letGo)))
  letRunOut(event.request)
  addSecurityHeaders(response.headers, { frameAncestors: event.locals.frameAncestors, isHttps: deps.config.publicUrl.startsWith('https:') })
  response.headers.set('x-request-id', requestId)
  const line = { requestId, method: event.request.method, path: safePath(event.url.pathname), status: response.status, ms: Math.round(performance.now() - startedAt) }
  deps.log[event.request.method === 'GET' && response.status < 400 ? 'debug' : 'info'](line, 'request')
  return response
}

/** An answer that comes when its request has another one already: a stream would otherwise go on for nobody. */
const letGo = (late: Response): unknown => late.body?.cancel()

/** Told also while the database is away. */
const isHealth = ({ route }: RequestEvent): boolean => route.id === '/healthz'
/** Neither looks at who asks. */
const isForNobody = (event: RequestEvent): boolean => isEmbed(event.url) || isHealth(event)

async function answer(event: RequestEvent, resolve: Parameters<Handle>[0]['resolve']): Promise<Response> {
  event.locals.actor = isForNobody(event) ? null : await actorOf(event.locals.deps, event.request.headers)
  const html = themeClass(event)
  const hasCells = event.route.id?.includes('/n/[') === true
  return refused(event) ?? resolve(event, {
    transformPageChunk: ({ html: chunk }) => chunk.replace('%theme%', html),
    // Fonts are asked for early so that text does not jump; that of code where there are cells.
    preload: ({ type, path }) => type === 'js' || type === 'css' || (type === 'font' && (hasCells ? /(inter|jetbrains-mono)-latin-wght-normal/ : /inter-latin-wght-normal/).test(path)),
  })
}

/** What SvelteKit does not catch itself, as it does within a route. */
async function orFailure(event: RequestEvent, work: Promise<Response>): Promise<Response> {
  try {
    return await work
  } catch (error) {
    if (isRedirect(error) || isHttpError(error)) throw error
    event.locals.failure = await failureOf(event.locals.deps, error)
    if (!isApi(event.url.pathname) && !isAway(event.locals.failure)) throw error
    event.locals.deps.log.error({ requestId: event.locals.requestId, err: error, path: safePath(event.url.pathname) }, 'request failed')
    return new Response(null, { status: 500 })
  }
}

async function inForm(event: RequestEvent, response: Response): Promise<Response> {
  if (isApi(event.url.pathname)) return asApiAnswer(event, response)
  const { failure } = event.locals
  return response.status >= 500 && isAway(failure) ? awayPage(event, failure) : response
}

/** An action of a page; what the API takes is bounded by its routes. */
const isForm = (event: RequestEvent): boolean => event.request.method === 'POST' && !isApi(event.url.pathname) && !isEmbed(event.url)

function refused(event: RequestEvent): Response | null {
  const { deps, actor, requestId } = event.locals
  if (!isOwnHost(event.url.host, deps.config.publicUrl)) {
    return problem(refuse('host-unknown', `Open ${deps.config.publicUrl} instead. If this is the right address, set PUBLIC_URL to it and start again.`), requestId)
  }
  if (!isFromHere(event.request, [event.url.origin, deps.config.publicUrl])) {
    return problem(refuse('origin-refused', 'This request came from another site. Open DataHarbour itself and try again.'), requestId)
  }
  if (isForm(event) && isFormTooLarge(event.request)) return problem(refuse('too-large', 'This form is larger than any that is here.'), requestId)
  if (event.route.id === null) return isApi(event.url.pathname) ? problem(refuse('not-found', 'There is nothing at this address. The addresses of the API are told at /docs.'), requestId) : null
  if (isPublic(event.route.id)) return null
  if (isApi(event.url.pathname)) {
    return actor === null ? problem(refuse('sign-in-needed', 'Sign in, or send an API token as `Authorization: Bearer dh_…`.'), requestId) : null
  }
  if (actor?.kind === 'member') return null
  const next = event.request.method === 'GET' ? `?next=${encodeURIComponent(event.url.pathname + event.url.search)}` : ''
  const location = `/sign-in${next}`
  // SvelteKit's own navigation reads a redirect from JSON, which it makes when one is thrown.
  if (event.isDataRequest) redirect(303, location)
  return new Response(null, { status: 303, headers: { location } })
}

export const handleError: HandleServerError = async ({ error, event, status, message }) => {
  const { requestId } = event.locals
  const deps = event.locals.deps ?? publishedDeps()
  const id = requestId ?? randomUUID()
  if (status === 404) return { id, message: 'There is nothing at this address. It may have been moved or deleted.' }
  if (status < 500) return { id, message }
  const failure = await failureOf(deps, error)
  event.locals.failure = failure
  deps.log.error({ requestId: id, err: error, path: safePath(event.url.pathname) }, 'request failed')
  return { id, message: isAway(failure) ? failure.message : 'Something went wrong on our side. Try again; if it stays, tell the operator the number below.' }
}
