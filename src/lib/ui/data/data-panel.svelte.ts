/** The tables beside a notebook: read when the panel opens, and again each time a run has ended while it is open. */
import { callApi } from '#lib/live/api.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'
import { describeUnsearched, findTables, type ColumnList } from './find-tables.ts'

export class DataPanel {
  readonly #session: NotebookSession
  isOpen = $state(false)
  /** Null before the first answer. */
  list = $state.raw<ColumnList | null>(null)
  problem = $state<string | null>(null)
  wanted = $state('')
  readonly shown = $derived.by(() => findTables(this.list?.tables ?? [], this.wanted))
  readonly unsearched = $derived(this.list === null ? null : describeUnsearched(this.list))

  constructor(session: NotebookSession) {
    this.#session = session
  }

  toggle(): void {
    this.isOpen = !this.isOpen
  }

  async load(): Promise<void> {
    const read = await callApi<ColumnList>('GET', `/workspaces/${this.#session.page.workspaceSlug}/data/columns`)
    this.problem = read.ok ? null : read.message
    if (read.ok) this.list = read.value
  }
}

/** Called once, in a component. A cell that ran may have made a table. */
export function followDataPanel(panel: DataPanel, session: NotebookSession): void {
  const isBusy = $derived(session.isRunning)
  $effect(() => {
    if (panel.isOpen && !isBusy) void panel.load()
  })
}
