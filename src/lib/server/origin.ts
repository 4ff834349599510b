/**
 * Origin: who may ask for a change with a person's cookies, and under which names this server answers.
 * Browsers always send Origin or Sec-Fetch-Site with an unsafe request; a request with neither and with cookies is not
 * from a page of ours. API tokens are not sent by a browser on its own, so requests with one (whose cookies are not looked
 * at) are free of that rule; a password for a proxy in front (Basic) is, so those are not.
 */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export function isFromHere(request: Request, origins: readonly string[]): boolean {
  if (SAFE.has(request.method) || /^Bearer\s/i.test(request.headers.get('authorization') ?? '')) return true
  const origin = request.headers.get('origin')
  if (origin !== null) return origins.includes(origin)
  return request.headers.get('sec-fetch-site') === 'same-origin'
}

/**
 * Another site can point its own name at this machine (DNS rebinding) and would then be its own origin here. So only
 * the public name counts, besides what nobody else can own: `localhost` and addresses in digits.
 */
export function isOwnHost(host: string, publicUrl: string): boolean {
  const url = URL.parse(`http://${host}`)
  if (url === null || url.host === '') return false
  const { hostname } = url
  return hostname === new URL(publicUrl).hostname || hostname === 'localhost' || hostname.endsWith('.localhost') || /^\d+(\.\d+){3}$/.test(hostname) || hostname.startsWith('[')
}
