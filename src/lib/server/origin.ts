/**
 * Origin: who may ask for a change with a person's cookies. Browsers always send Origin or Sec-Fetch-Site with an
 * unsafe request; a request with neither and with cookies is not from a page of ours. API tokens are not sent by a
 * browser on its own, so requests with an Authorization header (whose cookies are not looked at) are free of this rule.
 */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export function isFromHere(request: Request, origins: readonly string[]): boolean {
  if (SAFE.has(request.method) || request.headers.has('authorization')) return true
  const origin = request.headers.get('origin')
  if (origin !== null) return origins.includes(origin)
  return request.headers.get('sec-fetch-site') === 'same-origin'
}
