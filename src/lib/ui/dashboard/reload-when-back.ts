/**
 * Loads the page anew once the server answers for it, and not before: a page that is loaded anew in vain is gone, and what
 * the browser shows in its place asks for nothing more.
 */
export async function reloadWhenBack(): Promise<void> {
  const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => null)
  if (answer !== null && answer.status < 500) location.reload()
}
