/**
 * Cell drag: a cell, or all that are selected, taken by the handle to another place, by mouse, pen or touch. A line shows
 * where they would go; near the edges the page scrolls; Escape leaves everything as it was. Nothing changes before the
 * drop, and the drop is one move like that of the keys. Fingers have no Shift: a touch that is held selects the cell, and
 * while cells are selected a touch of another handle adds that one, or takes it out.
 */
import type { CellId } from '#lib/domain/ids.ts'
import type { Place } from '#lib/document/order.ts'
import type { CellEdits } from './edit-cells.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

/** Less is a press with an unsteady hand. */
const BEGINS_AFTER_PX = 4
const HELD_AFTER_MS = 450
const EDGE_PX = 90
const SCROLL_PX = 14

export class CellDrag {
  readonly #session: NotebookSession
  readonly #edits: CellEdits
  /** What is being dragged; empty when nothing is. */
  ids = $state.raw<readonly CellId[]>([])
  #place = $state.raw<Place | null>(null)
  #y = 0
  #end: (() => void) | null = null

  constructor(session: NotebookSession, edits: CellEdits) {
    this.#session = session
    this.#edits = edits
  }

  /** On which side of a cell the dragged ones would go; null when elsewhere. */
  lineAt(id: CellId): 'top' | 'bottom' | null {
    const place = this.#place
    if (place === null || typeof place !== 'object') return null
    return 'before' in place ? (place.before === id ? 'top' : null) : place.after === id ? 'bottom' : null
  }

  begin(event: PointerEvent & { currentTarget: HTMLElement }, id: CellId): void {
    if (event.button !== 0 || this.#end !== null) return
    event.preventDefault()
    const handle = event.currentTarget
    const startY = event.clientY
    handle.setPointerCapture(event.pointerId)
    const listening = new AbortController()
    const on = (target: EventTarget, name: string, hear: (event: never) => void) => target.addEventListener(name, hear as EventListener, { signal: listening.signal, capture: true })
    let frame = 0
    let isHeld = false
    const isFinger = event.pointerType !== 'mouse'
    const held = setTimeout(() => {
      isHeld = isFinger
      if (isFinger) this.#hold(id)
    }, HELD_AFTER_MS)
    this.#end = () => {
      clearTimeout(held)
      listening.abort()
      cancelAnimationFrame(frame)
      this.ids = []
      this.#place = null
      this.#end = null
    }
    const scroll = () => {
      const by = this.#y < EDGE_PX ? -SCROLL_PX : this.#y > innerHeight - EDGE_PX ? SCROLL_PX : 0
      if (by !== 0) scrollBy({ top: by, behavior: 'instant' })
      // Others move cells too, and the page under the pointer with them.
      this.#look()
      frame = requestAnimationFrame(scroll)
    }
    on(handle, 'pointermove', ({ clientY }: PointerEvent) => {
      if (this.ids.length === 0 && Math.abs(clientY - startY) < BEGINS_AFTER_PX) return
      clearTimeout(held)
      this.#y = clientY
      if (this.ids.length === 0) {
        this.ids = this.#session.selection.has(id) ? this.#session.targets : [id]
        frame = requestAnimationFrame(scroll)
      }
      this.#look()
    })
    on(handle, 'pointerup', () => {
      const isOneMore = isFinger && this.#session.selection.size > 0
      this.#drop(isHeld ? null : () => void (isOneMore ? this.#session.select('toggle', id) : this.#session.go(id)))
    })
    // What a browser offers to a finger that rests.
    on(handle, 'contextmenu', (menu: Event) => menu.preventDefault())
    on(handle, 'pointercancel', () => this.#end?.())
    // The cell may be deleted by somebody else, and its handle with it.
    on(handle, 'lostpointercapture', () => this.#end?.())
    on(window, 'keydown', (key: KeyboardEvent) => {
      if (key.key !== 'Escape') return
      key.preventDefault()
      key.stopPropagation()
      this.#end?.()
    })
  }

  /** The first one alone, whatever cell was the active one. One that is selected already stays so: it may be dragged next. */
  #hold(id: CellId): void {
    const { selection } = this.#session
    if (selection.has(id)) return
    if (selection.size === 0) this.#session.note(id, 'command')
    void this.#session.select('toggle', id)
  }

  #drop(press: (() => void) | null): void {
    const { ids } = this
    if (ids.length > 0) this.#look()
    const place = this.#place
    this.#end?.()
    if (ids.length === 0) press?.()
    else if (place !== null) this.#edits.moveTo(ids, place)
  }

  #look(): void {
    const order = this.#session.cells.map((cell) => cell.id)
    const at = firstBelow(order, this.#y)
    const isMoved = (id: CellId) => this.ids.includes(id)
    const [above, below] = [order.slice(0, at).filter((id) => !isMoved(id)), order.slice(at).filter((id) => !isMoved(id))]
    const isSame = [...above, ...order.filter(isMoved), ...below].every((id, i) => id === order[i])
    const [next, last] = [below[0], above.at(-1)]
    const place: Place | null = isSame ? null : next !== undefined ? { before: next } : last !== undefined ? { after: last } : null
    if (JSON.stringify(place) !== JSON.stringify(this.#place)) this.#place = place
  }
}

/** The first cell whose middle is below `y`; they stand in order, so half of them is left out at each look. */
function firstBelow(ids: readonly CellId[], y: number): number {
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const box = document.getElementById(`cell-${ids[middle]}`)?.getBoundingClientRect()
    if (box === undefined || (box.top + box.bottom) / 2 < y) low = middle + 1
    else high = middle
  }
  return low
}
