/**
 * Brings cells into a given order by as few new order keys as can be: the longest run of cells that are in order already
 * keep theirs. Cells that are not named keep their own place.
 */
import { generateNKeysBetween } from 'fractional-indexing'
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, type CellEntry } from './keys.ts'
import { isOrderKey, sortedCells } from './order.ts'

export function arrangeCells(doc: Y.Doc, ids: readonly CellId[], origin?: unknown): void {
  const wanted = new Set(ids)
  const now = sortedCells(doc).filter(({ id }) => wanted.has(id)).map(({ id }) => id)
  if (now.length === ids.length && now.every((id, i) => id === ids[i])) return
  const cells = ids.flatMap((id) => cellEntry(doc, id) ?? [])
  const keys = cells.map(({ order }) => (isOrderKey(order) ? order : null))
  const kept = longestRise(keys)
  doc.transact(() => {
    let low: string | null = null
    for (let i = 0; i < cells.length;) {
      let end = i
      while (end < cells.length && !kept.has(end)) end += 1
      const high = keys[end] ?? null
      renew(cells.slice(i, end), generateNKeysBetween(low, high, end - i))
      low = high
      i = end + 1
    }
  }, origin)
}

function renew(cells: CellEntry[], orders: string[]): void {
  cells.forEach((cell, i) => cell.map.set('order', orders[i]))
}

/** Places of the longest subsequence that rises; those without a key are never in it. */
function longestRise(keys: readonly (string | null)[]): Set<number> {
  const best: { length: number; before: number }[] = []
  let last = -1
  keys.forEach((key, i) => {
    let [length, before] = [key === null ? 0 : 1, -1]
    for (let j = 0; j < i && key !== null; j += 1) {
      const other = keys[j]
      if (other != null && other < key && best[j]!.length >= length) [length, before] = [best[j]!.length + 1, j]
    }
    best.push({ length, before })
    if (length > 0 && (last === -1 || length > best[last]!.length)) last = i
  })
  const rise = new Set<number>()
  for (let i = last; i !== -1; i = best[i]!.before) rise.add(i)
  return rise
}
