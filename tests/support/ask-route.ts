/** Sends a request through the hook to one API handler, as a browser's or a program's request would reach it. */
import type { Handle, RequestEvent } from '@sveltejs/kit'
import { handle } from '../../src/hooks.server.ts'
import type { ApiHandler } from '../../src/lib/server/route.ts'

export const HERE = 'http://127.0.0.1:3000'

export interface Ask {
  method?: string
  routeId?: string | null
  path?: string
  headers?: Record<string, string>
  body?: string
  params?: Record<string, string>
  host?: string
}

/** Without a handler the answer is a page. */
export async function askRoute(handler: ApiHandler | null, { method = 'POST', routeId = '/api/v1/echo/[id]', path = '/api/v1/echo/x', headers = {}, body, params = { id: crypto.randomUUID() }, host = HERE }: Ask): Promise<Response> {
  const url = new URL(path, host)
  const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body }) })
  const event = {
    request, url, route: { id: routeId }, params, locals: {}, isDataRequest: false,
    cookies: { get: () => undefined }, getClientAddress: () => '127.0.0.1', setHeaders: () => {},
  } as unknown as RequestEvent
  const resolve = async (given: RequestEvent) => (handler === null ? new Response('<p>page</p>', { headers: { 'content-type': 'text/html' } }) : handler(given as never))
  return handle({ event, resolve } as Parameters<Handle>[0])
}
