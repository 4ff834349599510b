/**
 * Edit cells: what a person does to cells as wholes: add, delete, move, change kind, cut and paste. Each is one
 * change of the shared document. Deleting can be undone without limit: the cell comes back with its id, so that
 * its last output comes back too.
 */
import { CELL_KIND_LABELS, type CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { checkTitle } from '#lib/domain/notebook.ts'
import { changeKind } from '#lib/document/change-kind.ts'
import { insertCell } from '#lib/document/insert-cell.ts'
import { lockCell, unlockCell } from '#lib/document/lock-cell.ts'
import { moveCell } from '#lib/document/move-cell.ts'
import type { Place } from '#lib/document/order.ts'
import { removeCell } from '#lib/document/remove-cell.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

interface TakenCell {
  id: CellId
  kind: CellKind
  source: string
  place: Place
}

export class CellEdits {
  readonly #session: NotebookSession
  readonly #deleted: TakenCell[] = []
  /** The toast that offers the newest deletion back. */
  #offered: number | null = null
  #copied: Omit<TakenCell, 'place'> | null = null

  constructor(session: NotebookSession) {
    this.#session = session
  }

  /** Adds a cell and goes there: text to write, a chart to choose. */
  add(kind: CellKind, place: Place, source = ''): CellId | null {
    const doc = this.#doc()
    if (doc === null) return null
    const id = newCellId()
    insertCell(doc, { id, kind, source }, place)
    return id
  }

  async addAndGo(kind: CellKind, place: Place): Promise<void> {
    const id = this.add(kind, place)
    if (id !== null) await this.#session.go(id, kind === 'chart' ? 'command' : 'edit')
  }

  remove(id: CellId): void {
    const doc = this.#doc()
    if (this.#session.refusesChange(id)) return
    const { cells } = this.#session
    const at = cells.findIndex((cell) => cell.id === id)
    const cell = cells[at]
    if (doc === null || cell === undefined) return
    const before = cells[at - 1]
    this.#deleted.push({ id, kind: cell.kind, source: cell.source, place: before === undefined ? 'start' : { after: before.id } })
    const next = cells[at + 1] ?? before
    removeCell(doc, id)
    void this.#session.go(next?.id)
    this.#offered = toasts.undoable(`${CELL_KIND_LABELS[cell.kind]} cell deleted.`, () => this.undoRemove())
  }

  undoRemove(): void {
    const doc = this.#doc()
    const cell = doc === null ? undefined : this.#deleted.pop()
    if (doc === null || cell === undefined) return
    if (this.#offered !== null) toasts.dismiss(this.#offered)
    insertCell(doc, cell, cell.place)
    void this.#session.go(cell.id)
  }

  move(id: CellId, step: -1 | 1): void {
    const doc = this.#doc()
    const { cells } = this.#session
    const neighbour = cells[cells.findIndex((cell) => cell.id === id) + step]
    if (doc === null || neighbour === undefined) return
    moveCell(doc, id, step === -1 ? { before: neighbour.id } : { after: neighbour.id })
    void this.#session.go(id)
  }

  changeKind(id: CellId, kind: CellKind): void {
    const doc = this.#doc()
    if (doc !== null && !this.#session.refusesChange(id)) changeKind(doc, id, kind)
  }

  /** For owners: locks the cell, or unlocks it. */
  toggleLock(id: CellId): void {
    const doc = this.#doc()
    const cell = this.#session.find(id)
    if (doc === null || cell === null || !this.#session.canLock) return
    if (cell.lock === null) lockCell(doc, id, { by: this.#session.page.me.name, at: Date.now() })
    else unlockCell(doc, id)
  }

  copy(id: CellId): void {
    const cell = this.#session.find(id)
    if (cell !== null) this.#copied = { id, kind: cell.kind, source: cell.source }
  }

  cut(id: CellId): void {
    if (this.#doc() === null || this.#session.refusesChange(id)) return
    this.copy(id)
    this.remove(id)
  }

  paste(place: Place): void {
    if (this.#copied === null) return
    const id = this.add(this.#copied.kind, place, this.#copied.source)
    if (id !== null) void this.#session.go(id)
  }

  rename(text: string): boolean {
    const doc = this.#doc()
    const title = checkTitle(text)
    if (!title.ok) toasts.error(title.message)
    if (doc === null || !title.ok) return false
    renameNotebook(doc, title.value)
    return true
  }

  #doc() {
    return this.#session.canEdit ? (this.#session.room?.doc ?? null) : null
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Twelve letters: short enough for a link, too many to meet by chance. */
function newCellId(): CellId {
  const random = crypto.getRandomValues(new Uint8Array(12))
  return [...random].map((byte) => LETTERS[byte % LETTERS.length]).join('') as CellId
}
