/**
 * Says to everybody in a notebook that its kernel has ended, and so its variables: it died, nobody used it for long, or
 * somebody restarted it. Who pressed Restart hears it from here too: when it is so, and not when it was asked for.
 */
import type { FeedState } from '#lib/live/fold-feed.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

type KernelNews = Pick<FeedState, 'kernel' | 'kernelEnd'>

/**
 * What is new of an end between two looks; null when there is nothing to say. The events count them, as the next kernel may
 * have begun in between; a page that was away has a snapshot in their place, with the state alone.
 */
export function endToTell(before: KernelNews, { kernel, kernelEnd }: KernelNews): { isDeath: boolean; reason: string } | null {
  const counted = kernelEnd !== null && kernelEnd.count !== before.kernelEnd?.count ? kernelEnd : null
  const { state, reason } = counted ?? kernel
  const isEnd = state === 'dead' || state === 'stopped'
  if (!isEnd || reason === null || (counted === null && before.kernel.state === state)) return null
  return { isDeath: state === 'dead', reason }
}

export function tellKernelEnd(session: NotebookSession): void {
  const { state } = session.feed
  let before: KernelNews = { kernel: state.kernel, kernelEnd: state.kernelEnd }
  // Of the feed, which moves with every line of output, only the kernel's news.
  const kernel = $derived(session.feed.state.kernel)
  const kernelEnd = $derived(session.feed.state.kernelEnd)
  $effect(() => {
    const told = endToTell(before, { kernel, kernelEnd })
    before = { kernel, kernelEnd }
    if (told === null) return
    if (told.isDeath) toasts.error(told.reason)
    else toasts.show(told.reason)
  })
}
