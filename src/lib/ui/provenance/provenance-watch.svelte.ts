/**
 * What is known of where the outputs in view came from. Badges say which runs they stand at; all are asked for in one call,
 * a moment after the first, and again when somebody comes back to the window or a run has ended.
 */
import type { CellProvenance } from '#lib/domain/provenance.ts'
import { callApi } from '#lib/live/api.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

const GATHER_MS = 120
const CELLS_MAX = 100
const keyOf = (runId: string, cellId: string): string => `${runId} ${cellId}`

export class ProvenanceWatch {
  #known = $state.raw<ReadonlyMap<string, CellProvenance>>(new Map())
  readonly #notebookId: string
  readonly #inView = new Map<string, { runId: string; cellId: string; holders: number }>()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(notebookId: string) {
    this.#notebookId = notebookId
  }

  /** Undefined until it is known. */
  of = (runId: string, cellId: string): CellProvenance | undefined => this.#known.get(keyOf(runId, cellId))

  /** From now on it is looked after; gives the way to stop. */
  follow(runId: string, cellId: string): () => void {
    const key = keyOf(runId, cellId)
    if (this.#inView.size === 0) addEventListener('focus', this.refresh)
    const one = this.#inView.get(key) ?? { runId, cellId, holders: 0 }
    one.holders += 1
    this.#inView.set(key, one)
    this.refresh()
    return () => {
      one.holders -= 1
      if (one.holders === 0) this.#inView.delete(key)
      if (this.#inView.size === 0) removeEventListener('focus', this.refresh)
    }
  }

  refresh = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.#ask()
    }, GATHER_MS)
  }

  async #ask(): Promise<void> {
    const cells = [...this.#inView.values()].slice(0, CELLS_MAX).map(({ runId, cellId }) => ({ runId, cellId }))
    if (cells.length === 0) return
    const found = await callApi<CellProvenance[]>('POST', `/notebooks/${this.#notebookId}/provenance`, { cells })
    // What was known stays: the next focus or run asks again.
    if (found.ok) this.#known = new Map([...this.#known, ...found.value.map((one) => [keyOf(one.runId, one.cellId), one] as const)])
  }
}

const watches = new WeakMap<NotebookSession, ProvenanceWatch>()

/** One for all cells of a notebook page. */
export function watchOf(session: NotebookSession): ProvenanceWatch {
  const watch = watches.get(session) ?? new ProvenanceWatch(session.page.id)
  watches.set(session, watch)
  return watch
}
