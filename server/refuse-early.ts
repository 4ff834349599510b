/**
 * What SvelteKit's handler would answer with bare text before any hook of ours is asked: a Host that is none, and a
 * method that cannot be made a request of. Below /api these are problems like all others.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { refuse, type Refusal } from '#lib/domain/outcome.ts'
import { problemFrom } from './errors.ts'

/** True: it is answered. */
export function refuseEarly({ method, url = '', headers }: IncomingMessage, response: ServerResponse): boolean {
  if (!url.startsWith('/api/')) return false
  if (!URL.canParse(`http://${headers.host}`)) return answer(response, refuse('bad-request', 'The Host header names no host.'))
  if (method !== 'TRACE') return false
  response.setHeader('allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS')
  return answer(response, refuse('method-not-allowed', 'TRACE cannot be asked of the API.'))
}

function answer(response: ServerResponse, refusal: Refusal): true {
  const problem = problemFrom(refusal, randomUUID())
  response.writeHead(problem.status, { 'content-type': 'application/problem+json', 'x-request-id': problem.id, 'x-content-type-options': 'nosniff' })
  response.end(JSON.stringify(problem))
  return true
}
