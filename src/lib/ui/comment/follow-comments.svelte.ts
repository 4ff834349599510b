/**
 * Follow comments: while a notebook is open, its threads are read anew when the feed tells of one, and an address that
 * names a thread opens it.
 */
import { untrack } from 'svelte'
import { replaceState } from '$app/navigation'
import { page } from '$app/state'
import type { ThreadId } from '#lib/domain/ids.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'
import type { Comments } from './comments.svelte.ts'
import { goToPlace } from './go-to-place.ts'
import { inbox } from './inbox.svelte.ts'

/** Called while a component is set up. */
export function followComments(comments: Comments, session: NotebookSession): void {
  const { feed } = session
  let told = 0
  $effect(() => {
    const { threadsChanged } = feed.state
    // Also when the stream comes back: what happened meanwhile may not be told again.
    void feed.isLive
    untrack(() => void comments.load())
    if (threadsChanged > told) untrack(() => void inbox.refresh())
    told = threadsChanged
  })

  $effect(() => {
    const id = /^#thread-([0-9a-f-]{36})$/.exec(page.url.hash)?.[1]
    if (id !== undefined && comments.isLoaded) untrack(() => void openLinked(comments, session, id as ThreadId))
  })
}

async function openLinked(comments: Comments, session: NotebookSession, id: ThreadId): Promise<void> {
  // The address is of the notebook again, so that the same link works a second time.
  replaceState(`${location.pathname}${location.search}`, page.state)
  if (!comments.show(id)) {
    await comments.load()
    if (!comments.show(id)) return void toasts.show('This comment was deleted.')
  }
  const thread = comments.threads.find((one) => one.id === id)
  if (thread !== undefined) await goToPlace(session, thread)
}
