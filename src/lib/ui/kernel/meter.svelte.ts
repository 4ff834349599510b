/** How a kernel does, read every few seconds while somebody looks at the page and there is a kernel to read. */
import type { KernelMeter } from '#lib/domain/kernel-question.ts'
import { callApi } from '#lib/live/api.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

const EVERY_MS = 5000
/** A new kernel has been counted by then. */
const FIRST_MS = 400

/** Called once, in a component. */
export function followMeter(session: NotebookSession): { readonly now: KernelMeter | null } {
  let meter = $state.raw<KernelMeter | null>(null)
  const isThere = $derived(session.feed.state.kernel.state === 'idle' || session.feed.state.kernel.state === 'busy')

  async function read() {
    if (document.hidden) return
    const answered = await callApi<{ meter: KernelMeter | null }>('GET', `/notebooks/${session.page.id}/kernel`)
    if (answered.ok && isThere) meter = answered.value.meter
  }

  $effect(() => {
    if (!isThere) return void (meter = null)
    const first = setTimeout(read, FIRST_MS)
    const timer = setInterval(read, EVERY_MS)
    document.addEventListener('visibilitychange', read)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
      document.removeEventListener('visibilitychange', read)
    }
  })

  return {
    get now() {
      return meter
    },
  }
}

/** Four fifths of what it may have: the next table may be one too many. */
export const isTight = ({ bytes, limitBytes }: KernelMeter): boolean => limitBytes !== null && bytes > limitBytes * 0.8
