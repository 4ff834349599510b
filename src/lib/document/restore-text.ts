/**
 * Makes a live document say what a version says, as a new edit: by the smallest changes of text, order, kind, title and
 * what stands beside a text (beside-text.ts), so that what somebody types meanwhile is kept beside it. Cells of the version
 * that are gone come back with their id; cells it does not have go to the bin. A locked cell is left as it is unless the
 * one who restores may change it.
 */
import type * as Y from 'yjs'
import { isRunnable, type Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { ROW_LIMIT, type RowLimit } from '#lib/domain/row-limit.ts'
import { readSharedViews, sameViews } from '#lib/domain/shared-views.ts'
import { arrangeCells } from './arrange-cells.ts'
import { readRowLimit, readViews, writeRowLimit, writeValue, writeViews } from './beside-text.ts'
import { cellEntry, writeCellEntry, type CellEntry, type CellMark } from './keys.ts'
import { firstOrders, makeRoom, sortedCells, type Place } from './order.ts'
import { readTitle } from './read-notebook.ts'
import { removeCell } from './remove-cell.ts'
import { renameNotebook } from './rename-notebook.ts'
import { restoreCell } from './restore-cell.ts'
import { writeText } from './text-edits.ts'

export interface RestoreRights {
  /** What the bin says of cells that go there. */
  mark: CellMark
  mayChangeLocked: boolean
}

/** Answers the cells that are locked and were left as they are. */
export function restoreText(doc: Y.Doc, version: NotebookText, rights: RestoreRights, origin?: unknown): CellId[] {
  const left: CellId[] = []
  doc.transact(() => {
    if (readTitle(doc) !== version.title) renameNotebook(doc, version.title)
    const wanted = new Set(version.cells.map(({ id }) => id))
    for (const cell of version.cells) if (!bringBack(doc, cell, rights, firstOrders(1)[0] ?? '')) left.push(cell.id)
    for (const cell of sortedCells(doc).filter(({ id }) => !wanted.has(id))) {
      if (isClosed(cell, rights)) left.push(cell.id)
      else removeCell(doc, cell.id, rights.mark)
    }
    arrangeCells(doc, version.cells.map(({ id }) => id).filter((id) => cellEntry(doc, id)?.bin === null))
  }, origin)
  return left
}

/** One cell alone: its text, its kind and what stands beside the text; where it stands only if it was gone. */
export function restoreCellText(doc: Y.Doc, version: NotebookText, id: CellId, rights: RestoreRights, origin?: unknown): CellId[] {
  const cell = version.cells.find((one) => one.id === id)
  if (cell === undefined) return []
  let isDone = true
  doc.transact(() => {
    const order = cellEntry(doc, id) === null ? makeRoom(doc, placeThen(doc, version, id)) : ''
    isDone = bringBack(doc, cell, rights, order)
  }, origin)
  return isDone ? [] : [id]
}

/** False when the cell is locked and says something else. `order` is for one that has to be made anew. */
function bringBack(doc: Y.Doc, then: Cell, rights: RestoreRights, order: string): boolean {
  const { id, kind, source } = then
  const cell = cellEntry(doc, id)
  if (cell === null) {
    writeCellEntry(doc, { ...then, order })
    return true
  }
  const isAsThen = cell.bin === null && cell.kind === kind && cell.source.toString() === source && isBesideAsThen(cell, then)
  if (!isAsThen && isClosed(cell, rights)) return false
  // Apart from the rest: a value is free where its cell is locked.
  if (kind === 'input') writeValue(cell.map, then.value)
  if (isAsThen) return true
  restoreCell(doc, id)
  if (cell.kind !== kind) cell.map.set('kind', kind)
  writeText(cell.source, source)
  bringBesideBack(cell, then)
  return true
}

/** A version from before views were kept says nothing of them: those of now stay. */
const hasViewsOfThen = ({ map }: CellEntry, { tableViews }: Cell): boolean => tableViews === undefined || sameViews(readViews(map), readSharedViews(tableViews))
const isBesideAsThen = (cell: CellEntry, then: Cell): boolean => !isRunnable(then.kind) || (readRowLimit(cell.map) === limitOf(then) && hasViewsOfThen(cell, then))
const limitOf = ({ rowLimit = ROW_LIMIT }: Cell): RowLimit => rowLimit

function bringBesideBack(cell: CellEntry, then: Cell): void {
  if (!isRunnable(then.kind)) return
  if (readRowLimit(cell.map) !== limitOf(then)) writeRowLimit(cell.map, limitOf(then))
  if (!hasViewsOfThen(cell, then)) writeViews(cell.map, readSharedViews(then.tableViews))
}

const isClosed = (cell: CellEntry, { mayChangeLocked }: RestoreRights): boolean => cell.lock !== null && !mayChangeLocked

/** Behind the nearest cell that stood before it and is here, or before the nearest that stood behind. */
function placeThen(doc: Y.Doc, { cells }: NotebookText, id: CellId): Place {
  const here = new Set(sortedCells(doc).map((cell) => cell.id))
  const at = cells.findIndex((cell) => cell.id === id)
  const above = cells.slice(0, at).findLast((cell) => here.has(cell.id))
  if (above !== undefined) return { after: above.id }
  const below = cells.slice(at + 1).find((cell) => here.has(cell.id))
  return below === undefined ? 'end' : { before: below.id }
}
