/** `GET /healthz`: each part's state; 503 with the reason when one is down. Public: it tells no secret. */
import { json } from '@sveltejs/kit'
import { checkHealth } from '#lib/server/door.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async ({ locals }) => {
  const health = await checkHealth(locals.deps)
  return json(health, { status: health.state === 'up' ? 200 : 503, headers: { 'cache-control': 'no-store' } })
}
