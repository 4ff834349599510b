/** Pins a result and says so; the toast takes it back. Pinned ones are listed on the page of the workspace's space. */
import { callApi } from '#lib/live/api.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'

export async function pinResult(resultId: string, isPinned = true): Promise<void> {
  const done = await callApi('PUT', `/results/${resultId}/pin`, { isPinned })
  if (!done.ok) return void toasts.error(done.message)
  if (isPinned) toasts.undoable('Pinned: this result is kept, whatever the workspace’s rule says.', () => pinResult(resultId, false))
  else toasts.show('Not pinned any more.')
}
