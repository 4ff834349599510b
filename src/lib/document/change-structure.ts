/**
 * Change structure: what a person does to cells as wholes, as a value, and the way back as another. Undo is never a
 * rewind: it is a new change that says what was meant, so it takes nothing that others wrote since. Undoing an addition
 * puts the cell in the bin, undoing a split merges back, undoing a move moves back only what nobody moved again.
 * Locked cells stay as they are (an owner unlocks first); the room would refuse the whole change.
 */
import type * as Y from 'yjs'
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { insertCells } from './insert-cell.ts'
import { cellEntry, type CellEntry, type CellMark } from './keys.ts'
import { mergeCells, partCells, type MergedPart, type MergePart } from './merge-cells.ts'
import { moveCells } from './move-cell.ts'
import { sortedCells, type Place } from './order.ts'
import { isPurged } from './purge-cell.ts'
import { removeCell } from './remove-cell.ts'
import { restoreCell } from './restore-cell.ts'
import { splitCell } from './split-cell.ts'

/** One key of one cell, set only while it still is what it was. */
interface Setting {
  id: CellId
  from: unknown
  to: unknown
}

export type StructureChange =
  | { do: 'add'; cells: readonly Cell[]; place: Place }
  | { do: 'bin' | 'restore'; ids: readonly CellId[] }
  | { do: 'move'; ids: readonly CellId[]; place: Place }
  | { do: 'kind'; ids: readonly CellId[]; kind: CellKind }
  | { do: 'set'; key: 'order' | 'kind'; settings: readonly Setting[] }
  | { do: 'split'; id: CellId; at: number; newId: CellId }
  | { do: 'merge'; into: CellId; parts: readonly MergePart[] }
  | { do: 'part'; into: CellId; parts: readonly MergedPart[] }
  /** One after another, taken back from the last to the first. */
  | { do: 'all'; changes: readonly StructureChange[] }

/** Does it in one transaction. Returns the way back; null when there was nothing (left) to do. */
export const changeStructure = (doc: Y.Doc, change: StructureChange, mark: CellMark, origin?: unknown): StructureChange | null =>
  doc.transact(() => perform(doc, change, mark), origin)

export const hasLocked = (doc: Y.Doc, ids: readonly CellId[]): boolean => ids.some((id) => cellEntry(doc, id)?.lock != null)

/** The cells it is about, to look at afterwards. */
export function cellsOfChange(change: StructureChange): CellId[] {
  switch (change.do) {
    case 'add': return change.cells.map(({ id }) => id)
    case 'set': return change.settings.map(({ id }) => id)
    case 'split': return [change.id, change.newId]
    case 'merge':
    case 'part': return [change.into, ...change.parts.map(({ id }) => id)]
    case 'all': return change.changes.flatMap(cellsOfChange)
    default: return [...change.ids]
  }
}

function perform(doc: Y.Doc, change: StructureChange, mark: CellMark): StructureChange | null {
  switch (change.do) {
    case 'add': {
      insertCells(doc, change.cells, change.place)
      return { do: 'bin', ids: change.cells.map(({ id }) => id) }
    }
    case 'bin': return overAll(doc, change.ids, (cell) => cell.bin === null, (id) => removeCell(doc, id, mark), 'restore')
    case 'restore': return overAll(doc, change.ids, (cell) => cell.bin !== null && !isPurged(cell), (id) => restoreCell(doc, id), 'bin')
    case 'move': return settingBack(doc, 'order', sortedCells(doc), () => moveCells(doc, change.ids, change.place), change.ids)
    case 'kind': {
      const cells = free(doc, change.ids)
      return settingBack(doc, 'kind', cells, () => cells.forEach(({ map, kind }) => void (kind !== change.kind && map.set('kind', change.kind))), change.ids)
    }
    case 'set': return set(doc, change)
    case 'split': {
      const joint = isFree(cellEntry(doc, change.id)) ? splitCell(doc, change) : null
      return joint === null ? null : { do: 'merge', into: change.id, parts: [{ id: change.newId, joint }] }
    }
    case 'merge': {
      const parts = isFree(cellEntry(doc, change.into)) ? mergeCells(doc, { ...change, parts: change.parts.filter(({ id }) => isFree(cellEntry(doc, id))) }, mark) : null
      return parts === null ? null : { do: 'part', into: change.into, parts }
    }
    case 'part': {
      const parts = isFree(cellEntry(doc, change.into)) ? partCells(doc, change) : null
      return parts === null ? null : { do: 'merge', into: change.into, parts }
    }
    case 'all': {
      const backs = change.changes.flatMap((one) => perform(doc, one, mark) ?? [])
      return backs.length === 0 ? null : { do: 'all', changes: backs.toReversed() }
    }
  }
}

const isFree = (cell: CellEntry | null): cell is CellEntry => cell !== null && cell.lock === null
const free = (doc: Y.Doc, ids: readonly CellId[]): CellEntry[] => ids.map((id) => cellEntry(doc, id)).filter(isFree)

function overAll(doc: Y.Doc, ids: readonly CellId[], isMeant: (cell: CellEntry) => boolean, act: (id: CellId) => void, back: 'bin' | 'restore'): StructureChange | null {
  const cells = free(doc, ids).filter(isMeant)
  for (const { id } of cells) act(id)
  return cells.length === 0 ? null : { do: back, ids: cells.map(({ id }) => id) }
}

/** Notes what `act` changed of the named cells. New order keys that others got on the way are theirs to keep. */
function settingBack(doc: Y.Doc, key: 'order' | 'kind', cells: CellEntry[], act: () => void, ids: readonly CellId[]): StructureChange | null {
  const before = cells.filter(({ id }) => ids.includes(id)).map(({ id, map }) => ({ id, map, was: map.get(key) }))
  act()
  const settings = before.flatMap(({ id, map, was }) => (map.get(key) === was ? [] : [{ id, from: map.get(key), to: was }]))
  return settings.length === 0 ? null : { do: 'set', key, settings }
}

function set(doc: Y.Doc, { key, settings }: Extract<StructureChange, { do: 'set' }>): StructureChange | null {
  const done = settings.filter(({ id, from, to }) => {
    const cell = cellEntry(doc, id)
    if (cell === null || cell.bin !== null || cell.map.get(key) !== from || (key === 'kind' && cell.lock !== null)) return false
    cell.map.set(key, to)
    return true
  })
  return done.length === 0 ? null : { do: 'set', key, settings: done.map(({ id, from, to }) => ({ id, from: to, to: from })) }
}
