/**
 * Says to everybody in a notebook that its kernel has ended, and so its variables: it died, nobody used it for long, or
 * somebody restarted it. Who restarted it themself knows.
 */
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

export function tellKernelEnd(session: NotebookSession): void {
  let before = session.feed.state.kernel
  const kernel = $derived(session.feed.state.kernel)
  $effect(() => {
    const was = before
    before = kernel
    if (was.state === kernel.state || kernel.reason === null || (kernel.state !== 'dead' && kernel.state !== 'stopped')) return
    if (kernel.state === 'stopped' && session.isRestarting) return void (session.isRestarting = false)
    if (kernel.state === 'dead') toasts.error(kernel.reason)
    else toasts.show(kernel.reason)
  })
}
