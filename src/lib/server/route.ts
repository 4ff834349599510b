/**
 * Route: the shape of every API endpoint. `route(spec, handle)` gives a request handler that denies strangers,
 * checks params, query and body against strict schemas, and turns the outcome into JSON or a Problem (RFC 9457).
 * Answers pass through the response schema, so a field that is not in it never leaves. The spec stays on the
 * handler: the OpenAPI document is made from it.
 */
import type { RequestEvent, RequestHandler } from '@sveltejs/kit'
import type { z } from 'zod'
import { refuse, type Outcome, type Refusal } from '#lib/domain/outcome.ts'
import { problemFrom, type Actor, type Deps } from './door.ts'
import { BODY_BYTES, readText } from './read-body.ts'

type Schema = z.ZodType
type Out<S> = S extends z.ZodType ? z.output<S> : undefined

export interface RouteSpec {
  /** Unique, kebab-case: the operation's id. */
  name: string
  summary: string
  description?: string
  /** `public` lets strangers in; otherwise someone must be signed in. Rights are checked by the server function. */
  access?: 'public'
  params?: Schema
  query?: Schema
  body?: Schema
  /** The most bytes of it; as a rule 4 MB, and 64 kB where strangers may ask. */
  bodyBytes?: number
  /** Null: nothing to say, 204. */
  response: Schema | null
  status?: 200 | 201 | 202
  /** The content types of a route that answers with its own Response, such as an event stream or a file. */
  streams?: string | readonly string[]
  /** The content type of a body that is no JSON and that the route reads itself. */
  takes?: string
}

export interface RouteCall<S extends RouteSpec> {
  deps: Deps
  /** Never null unless the route is public. */
  actor: Actor
  params: Out<S['params']>
  query: Out<S['query']>
  body: Out<S['body']>
  requestId: string
  event: RequestEvent
}

type Answer<S extends RouteSpec> = Outcome<S['response'] extends z.ZodType ? z.input<S['response']> : unknown, string> | Response
export type ApiHandler = RequestHandler & { spec: RouteSpec }

export function route<const S extends RouteSpec>(spec: S, handle: (call: RouteCall<S>) => Promise<Answer<S>>): ApiHandler {
  const handler = async (event: RequestEvent): Promise<Response> => {
    const { deps, actor, requestId } = event.locals
    if (actor === null && spec.access !== 'public') return problem(refuse('sign-in-needed', 'Sign in, or send an API token as `Authorization: Bearer dh_…`.'), requestId)
    const input = await readInput(spec, event)
    if (!input.ok) return problem(input, requestId)
    const answer = await handle({ ...(input.value as Pick<RouteCall<S>, 'params' | 'query' | 'body'>), deps, actor: actor as Actor, requestId, event })
    if (answer instanceof Response) return answer
    if (!answer.ok) return problem(answer, requestId)
    if (spec.response === null) return new Response(null, { status: 204 })
    return Response.json(spec.response.parse(answer.value), { status: spec.status ?? 200 })
  }
  return Object.assign(handler, { spec }) as ApiHandler
}

export function problem(refusal: Refusal, requestId: string): Response {
  const body = problemFrom(refusal, requestId)
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (body.status === 429 || body.status === 503) headers['retry-after'] = '30'
  return new Response(JSON.stringify(body), { status: body.status, headers })
}

type Input = { params: unknown; query: unknown; body: unknown }

async function readInput(spec: RouteSpec, event: RequestEvent): Promise<Outcome<Input, 'bad-request' | 'not-json' | 'not-found' | 'too-large'>> {
  const params = spec.params?.safeParse(event.params)
  if (params?.success === false) return refuse('not-found', 'There is nothing at this address.')
  const query = spec.query?.safeParse(Object.fromEntries(event.url.searchParams))
  if (query?.success === false) return refuse('bad-request', describe(query.error, 'query'))
  if (spec.body === undefined) return { ok: true, value: { params: params?.data, query: query?.data, body: undefined } }
  const json = await readJson(event.request, mostOf(spec, event.locals.actor))
  if (!json.ok) return json
  const body = spec.body.safeParse(json.value)
  if (!body.success) return refuse('bad-request', describe(body.error, 'body'))
  return { ok: true, value: { params: params?.data, query: query?.data, body: body.data } }
}

/** Who came by a link alone is a stranger. */
const mostOf = (spec: RouteSpec, actor: Actor | null): number =>
  spec.access === 'public' || actor?.kind !== 'member' ? BODY_BYTES.public : (spec.bodyBytes ?? BODY_BYTES.member)

/** JSON only: a form of another site can send every other type without asking first. */
async function readJson(request: Request, most: number): Promise<Outcome<unknown, 'not-json' | 'too-large'>> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return refuse('not-json', 'Send JSON with the header `Content-Type: application/json`.')
  try {
    const text = await readText(request, most)
    return text.ok ? { ok: true, value: JSON.parse(text.value) as unknown } : text
  } catch (error) {
    if (isTooLarge(error)) throw error
    return refuse('not-json', 'The body is not valid JSON.')
  }
}

/** The error of SvelteKit's handler for a body over its limit (tellHandler in server/config.ts); the hook makes it a problem. */
export const isTooLarge = (error: unknown): boolean => (error as { status?: unknown } | null)?.status === 413

function describe(error: z.ZodError, where: string): string {
  const [issue] = error.issues
  if (issue === undefined) return `The ${where} is not valid.`
  return `${[where, ...issue.path].join('.')}: ${issue.message}`
}
