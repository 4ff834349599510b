/** Where to go after sign-in: only a path of this site, so that a link cannot send a person elsewhere. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith('/')) return '/'
  const here = 'http://here.invalid'
  const url = URL.parse(next, here)
  return url !== null && url.origin === here && !next.startsWith('//') && !next.includes('\\') ? url.pathname + url.search + url.hash : '/'
}
