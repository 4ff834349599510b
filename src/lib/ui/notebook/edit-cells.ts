/**
 * Edit cells: what a person does to cells as wholes: add, delete, move, split, merge, change kind, cut and paste, on the
 * active cell or on all that are selected. Each is one change of the shared document, and each can be undone.
 */
import { CELL_KIND_LABELS, type Cell, type CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { freeInputName, newInput, writeInput } from '#lib/domain/parameter.ts'
import { checkTitle } from '#lib/domain/notebook.ts'
import { cellsOfChange, hasLocked, type StructureChange } from '#lib/document/change-structure.ts'
import type { CellMark } from '#lib/document/keys.ts'
import { lockCell, unlockCell } from '#lib/document/lock-cell.ts'
import type { Place } from '#lib/document/order.ts'
import { purgeCells } from '#lib/document/purge-cell.ts'
import { readBin, type BinnedCell } from '#lib/document/read-bin.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type * as Y from 'yjs'
import { plainCell } from './cell-model.svelte.ts'
import { newCellId } from './new-cell-id.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'
import { StructureHistory, type Taken } from './structure-history.ts'

export class CellEdits {
  readonly #session: NotebookSession
  readonly #history = new StructureHistory()
  /** The toast that offers the newest change back. */
  #offered: number | null = null
  #copied: Cell[] = []
  /** What was copied was cut, and is in the bin until it is put somewhere. */
  #isCut = false

  /** Before a change; what it gives is called after it, with the cells it was about. For threads that go along. */
  holdThreads: ((doc: Y.Doc) => (cells: readonly CellId[]) => void) | null = null

  constructor(session: NotebookSession) {
    this.#session = session
  }

  add(kind: CellKind, place: Place, source = '', { value, rowLimit }: Pick<Cell, 'value' | 'rowLimit'> = {}): CellId | null {
    const id = newCellId()
    const text = kind === 'input' && source === '' ? writeInput(newInput('text', freeInputName(this.#session.inputs))) : source
    return this.#perform('add cell', { do: 'add', cells: [{ id, kind, source: text, ...(value !== undefined && { value }), rowLimit }], place }) ? id : null
  }

  /** Adds a cell and goes there: text to write, a chart to choose. */
  async addAndGo(kind: CellKind, place: Place): Promise<void> {
    const id = this.add(kind, place)
    if (id !== null) await this.#session.go(id, kind === 'chart' || kind === 'input' ? 'command' : 'edit')
  }

  remove(all: readonly CellId[]): void {
    const doc = this.#doc()
    const { cells } = this.#session
    const free = all.filter((id) => doc !== null && !hasLocked(doc, [id]))
    const ids = free.length === 0 ? all : free
    const first = cells.find((cell) => ids.includes(cell.id))
    const last = cells.findLastIndex((cell) => ids.includes(cell.id))
    const next = cells[last + 1] ?? cells.findLast((cell) => !ids.includes(cell.id))
    if (first === undefined || !this.#perform(`delete ${counted(ids)}`, { do: 'bin', ids })) return
    void this.#session.go(next?.id)
    this.#offer(ids.length === 1 ? `${CELL_KIND_LABELS[first.kind]} cell deleted.` : `${ids.length} cells deleted.`)
  }

  /** From the bin, which any of us may have filled. */
  restore(id: CellId): void {
    if (this.#perform('bring back cell', { do: 'restore', ids: [id] })) void this.#session.go(id)
  }

  /** For good, what was seen in the bin: nothing offers it back, so the page asks first. Null when this cannot be written now. */
  purge(seen: readonly BinnedCell[]): CellId[] | null {
    const doc = this.#doc()
    if (doc === null) return null
    this.#withdraw()
    return purgeCells(doc, seen)
  }

  /** One step up or down, all that are meant together. */
  move(ids: readonly CellId[], step: -1 | 1): void {
    const { cells } = this.#session
    const places = cells.flatMap((cell, at) => (ids.includes(cell.id) ? [at] : []))
    const neighbour = cells[step === -1 ? (places[0] ?? 0) - 1 : (places.at(-1) ?? cells.length) + 1]
    if (neighbour !== undefined) this.moveTo(ids, step === -1 ? { before: neighbour.id } : { after: neighbour.id })
  }

  moveTo(ids: readonly CellId[], place: Place): void {
    const { activeId } = this.#session
    const stays = activeId !== null && ids.includes(activeId) ? activeId : ids[0]
    if (!this.#perform(`move ${counted(ids)}`, { do: 'move', ids, place })) return
    // What was selected and moved stays selected, also when the active cell was taken out of it.
    if (stays !== undefined && this.#session.selection.has(stays)) this.#session.activeId = stays
    void this.#session.go(stays)
  }

  changeKind(ids: readonly CellId[], kind: CellKind): void {
    this.#perform(`make ${ids.length === 1 ? 'it' : counted(ids)} ${CELL_KIND_LABELS[kind]}`, { do: 'kind', ids, kind })
  }

  /** For owners: locks the cell, or unlocks it. */
  toggleLock(id: CellId): void {
    const doc = this.#doc()
    const cell = this.#session.find(id)
    if (doc === null || cell === null || !this.#session.canLock) return
    if (cell.lock === null) lockCell(doc, id, { by: this.#session.page.me.name, at: Date.now() })
    else unlockCell(doc, id)
  }

  /** At the caret, or where it was last. */
  split(id: CellId): void {
    const at = this.#session.handles.get(id)?.caret()
    if (at === undefined || at === null) return void toasts.show('Click in the cell where it should be split, then split it.')
    const newId = newCellId()
    const mode = this.#session.mode
    if (this.#perform('split cell', { do: 'split', id, at, newId })) void this.#session.go(newId, mode, 'start')
  }

  /** The first takes the text of the others, in the order of the page. The caret is where its own text ends. */
  merge(ids: readonly CellId[]): void {
    const [into, ...others] = this.#session.cells.filter((cell) => ids.includes(cell.id))
    if (into === undefined || others.length === 0) return
    const seam = into.source.length
    if (!this.#perform(`merge ${counted(ids)}`, { do: 'merge', into: into.id, parts: others.map(({ id }) => ({ id, joint: '\n' })) })) return
    void this.#session.go(into.id, 'command', { offset: seam })
    this.#offer(`${ids.length} cells merged.`)
  }

  /** With the cell `step` away from those that are meant. */
  mergeWith(ids: readonly CellId[], step: -1 | 1): void {
    const { cells } = this.#session
    const at = step === -1 ? cells.findIndex((cell) => ids.includes(cell.id)) : cells.findLastIndex((cell) => ids.includes(cell.id))
    const neighbour = cells[at + step]
    if (neighbour !== undefined) this.merge([...ids, neighbour.id])
  }

  copy(ids: readonly CellId[]): void {
    this.#copied = this.#session.cells.filter((cell) => ids.includes(cell.id)).map(plainCell)
    this.#isCut = false
  }

  /** A locked cell stays where it is. */
  cut(ids: readonly CellId[]): void {
    const doc = this.#doc()
    if (doc === null) return
    this.copy(ids)
    this.remove(ids)
    const bin = new Set(readBin(doc).map(({ id }) => id))
    const gone = this.#copied.filter(({ id }) => bin.has(id))
    this.#isCut = gone.length > 0
    if (this.#isCut) this.#copied = gone
  }

  /** What was cut comes itself, with its output and its comments; a second time, and what was copied, as new cells of the same text and what stands beside it. */
  paste(place: Place): void {
    if (this.#putBack(place)) return
    const cells = this.#copied.map((cell) => ({ ...cell, id: newCellId() }))
    if (cells.length === 0 || !this.#perform(`paste ${counted(cells)}`, { do: 'add', cells, place })) return
    void this.#session.go(cells.at(-1)?.id)
  }

  #putBack(place: Place): boolean {
    const doc = this.#doc()
    const ids = this.#copied.map(({ id }) => id)
    if (!this.#isCut || doc === null) return false
    this.#isCut = false
    const bin = new Set(readBin(doc).map(({ id }) => id))
    if (ids.length === 0 || !ids.every((id) => bin.has(id))) return false
    if (!this.#perform(`paste ${counted(ids)}`, { do: 'all', changes: [{ do: 'restore', ids }, { do: 'move', ids, place }] })) return false
    void this.#session.go(ids.at(-1))
    return true
  }

  undo(): void {
    const doc = this.#doc()
    if (doc !== null) this.#tell('Undone', this.#carrying(doc, () => this.#history.undo(doc, this.#mark())), { label: 'Redo', run: () => this.redo() })
  }

  redo(): void {
    const doc = this.#doc()
    if (doc !== null) this.#tell('Done again', this.#carrying(doc, () => this.#history.redo(doc, this.#mark())), { label: 'Undo', run: () => this.undo() })
  }

  rename(text: string): boolean {
    const doc = this.#doc()
    const title = checkTitle(text)
    if (!title.ok) toasts.error(title.message)
    if (doc === null || !title.ok) return false
    renameNotebook(doc, title.value)
    return true
  }

  #perform(name: string, change: StructureChange): boolean {
    const doc = this.#doc()
    if (doc === null) return false
    const carry = this.holdThreads?.(doc)
    const isDone = this.#history.perform(doc, name, change, this.#mark()) !== null
    if (isDone) {
      carry?.(cellsOfChange(change))
      this.#withdraw()
    } else if (hasLocked(doc, cellsOfChange(change))) toasts.show('A locked cell stays as it is. An owner can unlock it.')
    return isDone
  }

  #carrying(doc: Y.Doc, step: () => Taken): Taken {
    const carry = this.holdThreads?.(doc)
    const taken = step()
    if (taken.kind === 'done') carry?.(cellsOfChange(taken.change))
    return taken
  }

  /** Says what was undone and goes there. */
  #tell(word: string, taken: Taken, action: { label: string; run: () => void }): void {
    this.#withdraw()
    if (taken.kind === 'nothing') return void toasts.show(word === 'Undone' ? 'There is nothing to undo. Text is undone in its cell.' : 'There is nothing to do again.')
    if (taken.kind === 'impossible') return void toasts.show(`“${taken.name}” cannot be taken back: the cell was changed since.`)
    this.#offered = toasts.show(`${word}: ${taken.name}.`, { action })
    const here = cellsOfChange(taken.change).find((id) => this.#session.find(id) !== null)
    void this.#session.go(here ?? this.#session.activeId ?? undefined)
  }

  #offer(text: string): void {
    this.#offered = toasts.undoable(text, () => this.undo())
  }

  /** An offer to undo means the newest change, so it goes when there is a newer one. */
  #withdraw(): void {
    if (this.#offered !== null) toasts.dismiss(this.#offered)
    this.#offered = null
  }

  #mark = (): CellMark => ({ by: this.#session.page.me.name, at: Date.now() })

  #doc() {
    return this.#session.canEdit ? (this.#session.room?.doc ?? null) : null
  }
}

const counted = (cells: readonly unknown[]): string => (cells.length === 1 ? 'cell' : `${cells.length} cells`)
