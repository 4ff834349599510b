/**
 * Spark's own pages, as far as they are shown through the app: to look at, never to act [S29]. What is not in the list
 * is refused, and so is everything that ends a job, stops a thread or walks the heap, though Spark is told to refuse
 * that too. Pure.
 */
import { accept, refuse, type Outcome } from './outcome.ts'

const SHOWN = new Set(['', 'jobs', 'stages', 'storage', 'environment', 'executors', 'SQL', 'connect', 'StreamingQuery', 'static', 'api'])
const ACTS = /^(kill|terminate|threadDump|heapHistogram|threads|logs|logPage)$/i

/** `path` begins with a slash and is as the browser sent it, after the address of the pages. */
export function checkPagesPath(path: string): Outcome<string, 'pages-path-refused'> {
  const refused = refuse('pages-path-refused', 'Spark’s pages are here to look at. This one is not shown.')
  if (!path.startsWith('/') || path.length > 2000) return refused
  const parts = path.split('/').slice(1).map(decode)
  if (parts.some((part) => part === null || part === '.' || part === '..' || /[\\/%?#\p{Cc}]/u.test(part) || ACTS.test(part))) return refused
  if (parts.slice(0, -1).includes('')) return refused
  const [first, second] = parts
  if (!SHOWN.has(first ?? '') || (first === 'api' && second !== 'v1')) return refused
  return accept(path)
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

/** Where Spark sends the browser, as an address below the pages' own; null when it is none of Spark's. */
export function pagesLocation(location: string, base: string): string | null {
  const url = URL.parse(location, 'http://spark.invalid/')
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  const below = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : url.pathname
  return checkPagesPath(below).ok ? `${base}${below}${url.search}` : null
}

/**
 * The policy of a page of Spark's: its scripts run, in an origin of their own. They reach neither the app's cookies nor
 * its storage, and fetch, load and send from and to below `scope` only, the address of these very pages.
 */
export function pagesPolicy(scope: string): string {
  return [
    'sandbox allow-scripts allow-forms', "default-src 'none'", `script-src 'unsafe-inline' ${scope}`, `style-src 'unsafe-inline' ${scope}`,
    `img-src data: ${scope}`, `font-src data: ${scope}`, `connect-src ${scope}`, `form-action ${scope}`, "base-uri 'none'", "frame-ancestors 'none'",
  ].join('; ')
}

/** Spark's scripts keep small things of the page (an open arrow, the theme) in a storage that such an origin has not: they are given one that forgets. */
const STORAGE = `<script>for (const name of ['localStorage', 'sessionStorage']) {
  const kept = new Map()
  Object.defineProperty(window, name, { value: {
    getItem: (key) => kept.get(String(key)) ?? null, setItem: (key, value) => void kept.set(String(key), String(value)), removeItem: (key) => void kept.delete(String(key)),
    clear: () => kept.clear(), key: (at) => [...kept.keys()][at] ?? null, get length() { return kept.size },
  } })
}</script>`

export const withStorage = (html: string): string => html.replace(/<head[^>]*>/i, (head) => `${head}${STORAGE}`)
