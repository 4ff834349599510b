/** OpenAPI 3.1 from the specs that route() leaves on each handler: what validates is what is documented. */
import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { ApiHandler, RouteSpec } from './route.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof METHODS)[number]
export type RouteModule = Partial<Record<Method, ApiHandler>>

const problemSchema = z.object({
  type: z.string(), title: z.string(), status: z.int(),
  reason: z.string().meta({ description: 'A fixed word for programs, such as `not-found`.' }),
  detail: z.string().meta({ description: 'A sentence for people.' }),
  id: z.string().meta({ description: 'The request’s id, also in the x-request-id header and the log.' }),
}).meta({ id: 'Problem' })

const PROBLEM = { id: 'Problem', description: 'A problem (RFC 9457): 4xx when it was refused, 5xx when it failed. `reason` says which.', content: { 'application/problem+json': { schema: problemSchema } } }

/** `modules` maps a path like `../workspaces/[id]/+server.ts` to its module. */
export function describeApi(modules: Record<string, RouteModule>, origin: string) {
  const paths: ZodOpenApiPathsObject = {}
  for (const [file, module] of Object.entries(modules).sort(([a], [b]) => a.localeCompare(b))) {
    const path = pathOf(file)
    const operations = METHODS.flatMap((method) => {
      const spec = module[method]?.spec
      return spec === undefined ? [] : [[method.toLowerCase(), describe(spec, path)] as const]
    })
    if (operations.length > 0) paths[path] = Object.fromEntries(operations)
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'DataHarbour API', version: '1', description: 'Everything the pages do. Send JSON; errors are Problem+JSON (RFC 9457).', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: `${origin}/api/v1` }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token (dh_…), made under “API tokens” in the account menu.' } } },
    paths,
  })
}

/** `../workspaces/[id]/members/+server.ts` → `/workspaces/{id}/members` */
export const pathOf = (file: string): string =>
  file.replace(/^.*?\.\.\//, '/').replace(/\/\+server\.ts$/, '').replace(/\[\.{0,3}([^\]]+)\]/g, '{$1}')

function describe(spec: RouteSpec, path: string): ZodOpenApiOperationObject {
  const ok = String(spec.response === null ? 204 : (spec.status ?? 200))
  return {
    operationId: spec.name,
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.access === 'public' ? { security: [] } : {}),
    tags: [path.split('/')[1] ?? ''],
    requestParams: {
      ...(spec.params instanceof z.ZodObject ? { path: spec.params } : {}),
      ...(spec.query instanceof z.ZodObject ? { query: spec.query } : {}),
    },
    ...(spec.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: spec.body } } } }),
    ...(spec.takes === undefined ? {} : { requestBody: { required: true, content: { [spec.takes]: { schema: asIs(spec.takes) } } } }),
    responses: {
      [ok]: success(spec),
      default: PROBLEM,
    },
  }
}

function success(spec: RouteSpec) {
  if (spec.streams !== undefined) return { description: spec.streams === 'text/event-stream' ? 'Events, as they come' : 'A stream', content: Object.fromEntries([spec.streams].flat().map((type) => [mediaOf(type), { schema: asIs(type) }])) }
  if (spec.response === null) return { description: 'Done' }
  return { description: 'Done', content: { 'application/json': { schema: spec.response } } }
}

/** What is no text is bytes, which JSON Schema has no type for. */
const asIs = (type: string) => (/^text\/|\+json$/.test(mediaOf(type)) ? z.string() : z.string().meta({ format: 'binary' }))
/** Without its parameters, such as the character set. */
const mediaOf = (type: string): string => type.split(';')[0]!.trim()
