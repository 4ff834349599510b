/**
 * The output frame: an empty page with a policy of its own, in which HTML made by cells is shown. The header takes
 * its origin away even when somebody opens it outside a frame; nothing can be fetched from it.
 */
import type { RequestHandler } from './$types'
import page from './frame.html?raw'

const POLICY = [
  'sandbox allow-scripts', "default-src 'none'", "script-src 'unsafe-inline'", "style-src 'unsafe-inline'",
  'img-src data: blob:', 'font-src data:', "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'",
].join('; ')

export const GET: RequestHandler = ({ locals }) => {
  locals.frameAncestors = ["'self'"]
  return new Response(page, {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, 'cache-control': 'public, max-age=3600' },
  })
}
