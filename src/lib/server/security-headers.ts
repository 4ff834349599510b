/** The headers that every answer carries. Pages get the rest of their policy (nonces) from SvelteKit; see svelte.config.js. */
export function addSecurityHeaders(headers: Headers, page: { frameAncestors: string[] | null; isHttps: boolean }): void {
  const canBeFramed = page.frameAncestors !== null
  const ancestors = `frame-ancestors ${canBeFramed ? page.frameAncestors?.join(' ') || "'none'" : "'none'"}`
  const policy = headers.get('content-security-policy') ?? "default-src 'none'"
  if (!policy.includes('frame-ancestors')) headers.set('content-security-policy', `${policy}; ${ancestors}`)
  if (!canBeFramed) headers.set('x-frame-options', 'DENY')
  headers.set('x-content-type-options', 'nosniff')
  // Nothing to other sites. Not `no-referrer`: browsers then send `Origin: null` with our own forms too. Pages of links set it themselves.
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'same-origin')
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()')
  if (!headers.has('cross-origin-opener-policy')) headers.set('cross-origin-opener-policy', 'same-origin')
  if (!canBeFramed && !headers.has('cross-origin-resource-policy')) headers.set('cross-origin-resource-policy', 'same-origin')
  if (page.isHttps) headers.set('strict-transport-security', 'max-age=31536000')
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache')
}
