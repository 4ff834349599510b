/** Theme: the person's choice lives in a cookie, so the server paints the right colours at once. */
import type { Cookies } from '@sveltejs/kit'

/** The class of <html>: `dark`, empty for light, or `system`, which a line in app.html resolves before the first paint. */
export function themeClass(cookies: Cookies): string {
  const chosen = cookies.get('dataharbour-theme')
  if (chosen === 'dark') return 'dark'
  return chosen === 'light' ? '' : 'system'
}
