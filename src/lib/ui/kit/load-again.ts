/**
 * Loads a part of the page anew, if the server answers just now. SvelteKit puts its error page in the place of a page
 * whose load fails, with every dialog and every unsaved word on it, and nothing brings it back: so the server is asked
 * for something small first, and a page that cannot be renewed stays as it is.
 */
import { invalidate, invalidateAll } from '$app/navigation'

export async function loadAgain(what: `dataharbour:${string}` | 'everything'): Promise<void> {
  const answer = await fetch('/api/v1/workspaces').catch(() => null)
  if (answer === null || answer.status >= 500) return
  await (what === 'everything' ? invalidateAll() : invalidate(what))
}
