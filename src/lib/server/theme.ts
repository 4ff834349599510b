/** Theme: the person's choice lives in a cookie, so the server paints the right colours at once; an embed's is in its address. */
import type { Cookies } from '@sveltejs/kit'

/** The class of <html>: `dark`, empty for light, or `system`, which a line in app.html resolves before the first paint. */
export function themeClass({ cookies, url }: { cookies: Cookies; url: URL }): string {
  const chosen = isEmbed(url) ? url.searchParams.get('theme') : cookies.get('dataharbour-theme')
  if (chosen === 'dark') return 'dark'
  return chosen === 'light' ? '' : 'system'
}

/** An embed is read without any cookie: it has no person. */
export const isEmbed = (url: URL): boolean => url.pathname.startsWith('/embed/')
