/**
 * What a notebook's kernel holds, for the panel: its variables and its packages. Read anew whenever the kernel has
 * done something while the panel is open; while it works, what was there before stays on screen.
 */
import type { Variables } from '#lib/domain/kernel-question.ts'
import { callApi } from '#lib/live/api.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

export interface InstalledPackage { name: string; version: string | null; requirement: string }

const EMPTY: Variables = { variables: [], isCut: false }
/** A kernel at rest whose answer took too long has the next one ready as a rule. */
const AGAIN_AFTER_MS = 500

export class KernelPanel {
  readonly #session: NotebookSession
  isOpen = $state(false)
  /** Null before the first answer. */
  found = $state.raw<Variables | null>(null)
  packages = $state.raw<readonly InstalledPackage[]>([])
  problem = $state<string | null>(null)
  filter = $state('')
  #asked = 0
  readonly shown = $derived.by(() => {
    const wanted = this.filter.trim().toLowerCase()
    return (this.found?.variables ?? []).filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(wanted))
  })

  constructor(session: NotebookSession) {
    this.#session = session
  }

  toggle(): void {
    this.isOpen = !this.isOpen
  }

  async load(): Promise<void> {
    const asked = (this.#asked += 1)
    const path = `/notebooks/${this.#session.page.id}`
    const [variables, packages] = await Promise.all([
      callApi<{ kernel: string; answer: Variables | null }>('GET', `${path}/variables`),
      callApi<InstalledPackage[]>('GET', `${path}/packages`),
    ])
    if (asked !== this.#asked) return
    if (packages.ok) this.packages = packages.value
    this.problem = !variables.ok ? variables.message : !packages.ok ? packages.message : null
    if (!variables.ok) return
    const { kernel, answer } = variables.value
    if (answer !== null) this.found = answer
    else if (kernel === 'idle') setTimeout(() => void (asked === this.#asked && this.isOpen && this.load()), AGAIN_AFTER_MS)
    else if (kernel === 'busy') this.found ??= EMPTY
    else this.found = EMPTY
  }

  async remove(name: string): Promise<void> {
    const done = await callApi('DELETE', `/notebooks/${this.#session.page.id}/packages/${name}`)
    if (!done.ok) return void toasts.error(done.message)
    this.packages = this.packages.filter((one) => one.name !== name)
    toasts.show(`${name} is removed. What the kernel has imported stays until it is restarted.`, { action: { label: 'Restart the kernel', run: () => this.#session.restartKernel() } })
  }
}

/** Called once, in a component: loads while the panel is open, at each change of the kernel. */
export function followKernelPanel(panel: KernelPanel, session: NotebookSession): void {
  // Of the feed, which moves with every line of output, only the kernel's news.
  const kernel = $derived(session.feed.state.kernel)
  $effect(() => {
    // A kernel at work does not answer; it is asked when the run has ended.
    if (panel.isOpen && kernel.state !== 'busy') void panel.load()
  })
}
