/**
 * Drawn cells: which cells stand on the page with all they have. The first ones do from the start and others once they
 * come near the view, get the focus or are printed; until then their text stands in their place (DistantCell.svelte), so
 * that a notebook of a thousand cells opens like one of twenty. When the page rests, more are drawn, so that the browser's
 * own search finds the outputs of all but very long notebooks. What was drawn once stays.
 */
import { SvelteSet } from 'svelte/reactivity'
import type { CellId } from '#lib/domain/ids.ts'

/** More than a tall window shows. */
const AT_FIRST = 20
const AT_REST = 300

export class DrawnCells {
  readonly #ids: SvelteSet<CellId>

  constructor(cells: readonly { id: CellId }[]) {
    this.#ids = new SvelteSet(cells.slice(0, AT_FIRST).map((cell) => cell.id))
  }

  has(id: CellId): boolean {
    return this.#ids.has(id)
  }

  draw(id: CellId): void {
    this.#ids.add(id)
  }

  /** Cells that have just come to be are most likely looked at; hundreds at once are not. */
  drawNew(cells: readonly { id: CellId }[]): void {
    for (const { id } of cells.slice(0, AT_FIRST)) this.#ids.add(id)
  }

  drawAll(cells: readonly { id: CellId }[]): void {
    for (const { id } of cells) this.#ids.add(id)
  }

  /** One more at each rest of the page. Returns the way to stop. */
  drawAtRest(cells: () => readonly { id: CellId }[]): () => void {
    if (typeof requestIdleCallback !== 'function') return () => {}
    const drawNext = () => {
      const next = this.#ids.size < AT_REST ? cells().find(({ id }) => !this.#ids.has(id)) : undefined
      if (next === undefined) return
      this.#ids.add(next.id)
      handle = requestIdleCallback(drawNext)
    }
    let handle = requestIdleCallback(drawNext)
    return () => cancelIdleCallback(handle)
  }
}
