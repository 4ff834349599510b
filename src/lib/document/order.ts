/**
 * Order: cells are sorted by their order key, then by id, so every reader of one state sees one order.
 * Two people who insert at one place make equal keys: that is a tie, not an error. `makeRoom` gives the key for a
 * place and, where ties leave no room, new keys for the tied cells behind it. Broken keys sort last and are
 * replaced as soon as somebody inserts or moves.
 */
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing'
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, cellsOf, type CellEntry } from './keys.ts'

/** Where a cell goes. An anchor that is gone by now means the end. */
export type Place = 'start' | 'end' | { after: CellId } | { before: CellId }

const ORDER_KEY = /^[A-Za-z][0-9A-Za-z]{0,255}$/

/** The cells that are in the notebook; those in the bin are left out. */
export const sortedCells = (doc: Y.Doc): CellEntry[] =>
  allCells(doc).filter((cell) => cell.bin === null).sort((a, b) => compareText(sortKey(a), sortKey(b)) || compareText(a.id, b.id))

/** The cells in the bin, the newest first. */
export const binnedCells = (doc: Y.Doc): CellEntry[] =>
  allCells(doc).filter((cell) => cell.bin !== null).sort((a, b) => (b.bin?.at ?? 0) - (a.bin?.at ?? 0) || compareText(a.id, b.id))

const allCells = (doc: Y.Doc): CellEntry[] => [...cellsOf(doc).keys()].flatMap((id) => cellEntry(doc, id) ?? [])

/** The order key for `place`. Writes new keys where needed. */
export const makeRoom = (doc: Y.Doc, place: Place): string => makeRooms(doc, place, 1)[0] ?? ''

/** The same for `count` cells that go there together, one after another; `moved` are those that are there already, to be moved. */
export function makeRooms(doc: Y.Doc, place: Place, count: number, moved: readonly CellId[] = []): string[] {
  const cells = sortedCells(doc).filter((cell) => !moved.includes(cell.id))
  const index = indexOf(cells, place)
  if (!cells.every((cell) => isOrderKey(cell.order))) return renewAll(cells, index, count)
  const keys = cells.map((cell) => cell.order as string)
  const low = keys[index - 1] ?? null
  let tied = 0
  while (low !== null && keys[index + tied] === low) tied += 1
  const [from, to] = besideBinned(doc, low, keys[index + tied] ?? null, place)
  const orders = generateNKeysBetween(from, to, count + tied)
  orders.splice(count).forEach((order, i) => cells[index + i]?.map.set('order', order))
  return orders
}

/** A cell in the bin keeps its key, to come back to: what goes beside it takes another, or the two would be a tie then. */
function besideBinned(doc: Y.Doc, low: string | null, high: string | null, place: Place): [string | null, string | null] {
  const between = binnedCells(doc).map(sortKey).filter((key) => isOrderKey(key) && (low === null || key > low) && (high === null || key < high)).sort(compareText)
  const isBefore = place === 'start' || (typeof place === 'object' && 'before' in place)
  return isBefore ? [between.at(-1) ?? low, high] : [low, between[0] ?? high]
}

export const firstOrders = (count: number): string[] => generateNKeysBetween(null, null, count)

function renewAll(cells: CellEntry[], index: number, count: number): string[] {
  const orders = firstOrders(cells.length + count)
  const made = orders.splice(index, count)
  cells.forEach((cell, i) => cell.map.set('order', orders[i]))
  return made
}

function indexOf(cells: CellEntry[], place: Place): number {
  if (place === 'start') return 0
  if (place === 'end') return cells.length
  const anchor = 'after' in place ? place.after : place.before
  const at = cells.findIndex((cell) => cell.id === anchor)
  if (at === -1) return cells.length
  return 'after' in place ? at + 1 : at
}

/** `~` is behind every letter of an order key. */
const sortKey = (cell: CellEntry): string => (isOrderKey(cell.order) ? cell.order : '~')

export function isOrderKey(order: unknown): order is string {
  if (typeof order !== 'string' || !ORDER_KEY.test(order)) return false
  try {
    generateKeyBetween(order, null)
    return true
  } catch {
    return false
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
