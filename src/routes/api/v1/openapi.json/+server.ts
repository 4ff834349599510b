/** The OpenAPI document of this API, made from the routes themselves. */
import { describeApi, type RouteModule } from '#lib/server/openapi.ts'
import type { RequestHandler } from './$types'

const modules = import.meta.glob<RouteModule>(['../**/+server.ts', '!./+server.ts'], { eager: true })

export const GET: RequestHandler = ({ url }) => Response.json(describeApi(modules, url.origin), { headers: { 'cache-control': 'no-cache' } })
