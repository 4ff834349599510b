/** `GET /healthz`: each part's state; 503 with the reason when one is down. Public: it tells no secret. */
import { json } from '@sveltejs/kit'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async ({ locals }) => {
  const health = await locals.deps.health.check()
  return json(health, { status: health.state === 'up' ? 200 : 503, headers: { 'cache-control': 'no-store' } })
}
