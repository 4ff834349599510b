/**
 * Drawn cells: which cells stand on the page with all they have. The first ones do from the start and others once they
 * come near the view, get the focus or are printed; until then their text stands in their place (DistantCell.svelte), so
 * that a notebook of a thousand cells opens like one of twenty. When the page rests, more are drawn, so that the browser's
 * own search finds the outputs of all but very long notebooks. What was drawn once stays.
 */
import type { Attachment } from 'svelte/attachments'
import { SvelteSet } from 'svelte/reactivity'
import type { CellId } from '#lib/domain/ids.ts'
import { nearViewport } from '#lib/ui/run/near-viewport.ts'

/** More than a tall window shows. */
const AT_FIRST = 20
const AT_REST = 300
/** A page that opens is first of all to be written in; what is near by then is drawn already. */
const WATCH_AT_LATEST_MS = 1000
/** By then somebody can write; until then each rest of the page is wanted for the first editors. */
const DRAW_MORE_AFTER_MS = 2000

export class DrawnCells {
  readonly #ids: SvelteSet<CellId>
  /** Null once distant cells are watched as they come. */
  #toWatch: Set<() => void> | null = new Set()

  constructor(cells: readonly { id: CellId }[]) {
    this.#ids = new SvelteSet(cells.slice(0, AT_FIRST).map((cell) => cell.id))
  }

  has(id: CellId): boolean {
    return this.#ids.has(id)
  }

  draw(id: CellId): void {
    this.#ids.add(id)
  }

  /** For a distant cell: draws it when it comes near the view. */
  whenNear(id: CellId): Attachment {
    return (element) => {
      let stop: (() => void) | void
      const watch = () => {
        stop = nearViewport('1500px', (isNear) => isNear && this.draw(id))(element)
      }
      if (this.#toWatch === null) watch()
      else this.#watchAtRest(watch)
      return () => {
        this.#toWatch?.delete(watch)
        stop?.()
      }
    }
  }

  #watchAtRest(watch: () => void): void {
    this.#toWatch?.add(watch)
    if (this.#toWatch?.size !== 1) return
    const begin = () => {
      const waiting = this.#toWatch ?? []
      this.#toWatch = null
      for (const one of waiting) one()
    }
    if (typeof requestIdleCallback === 'function') requestIdleCallback(begin, { timeout: WATCH_AT_LATEST_MS })
    else setTimeout(begin, WATCH_AT_LATEST_MS)
  }

  /** Cells that have just come to be are most likely looked at; hundreds at once are not. */
  drawNew(cells: readonly { id: CellId }[]): void {
    for (const { id } of cells.slice(0, AT_FIRST)) this.#ids.add(id)
  }

  drawAll(cells: readonly { id: CellId }[]): void {
    for (const { id } of cells) this.#ids.add(id)
  }

  /** After a while, one more at each rest of the page. Returns the way to stop. */
  drawAtRest(cells: () => readonly { id: CellId }[]): () => void {
    if (typeof requestIdleCallback !== 'function') return () => {}
    const drawNext = () => {
      const next = this.#ids.size < AT_REST ? cells().find(({ id }) => !this.#ids.has(id)) : undefined
      if (next === undefined) return
      this.#ids.add(next.id)
      handle = requestIdleCallback(drawNext)
    }
    let handle = 0
    const timer = setTimeout(() => (handle = requestIdleCallback(drawNext)), DRAW_MORE_AFTER_MS)
    return () => {
      clearTimeout(timer)
      cancelIdleCallback(handle)
    }
  }
}
