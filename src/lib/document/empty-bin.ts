/**
 * Empties the bin of what has been in it for its time. The server does it, by its own clock: who deletes says when, but
 * a browser's clock may be years wrong, and text must not go because of that. So a cell that the server sees in the bin
 * for the first time gets its day of leaving, and goes on that day. Coming back and being deleted again starts anew.
 * What was deleted for good is out of sight already and goes a day after the server saw that.
 */
import type * as Y from 'yjs'
import { BIN_KEEPS_MS, PURGED_KEEPS_MS } from '#lib/domain/cell.ts'
import { cellsOf, type CellEntry } from './keys.ts'
import { binnedCells } from './order.ts'
import { isPurged } from './purge-cell.ts'

/** Whether there is anything for `emptyBin` to do, so that opening a notebook does not write to it for nothing. */
export const isBinDue = (doc: Y.Doc, now: number): boolean => binnedCells(doc).some((cell) => daysOf(cell).some((due) => due === undefined || due <= now))

export function emptyBin(doc: Y.Doc, now: number, origin?: unknown): void {
  doc.transact(() => {
    for (const cell of binnedCells(doc)) {
      const { id, bin, purge, map } = cell
      const days = daysOf(cell)
      if (days.some((due) => due !== undefined && due <= now)) {
        cellsOf(doc).delete(id)
        continue
      }
      if (bin?.due === undefined) map.set('bin', { ...bin, due: now + BIN_KEEPS_MS })
      if (days.length > 1 && purge?.due === undefined) map.set('purge', { ...purge, due: now + PURGED_KEEPS_MS })
    }
  }, origin)
}

/** The days on which it leaves, the first of which counts; undefined: not set yet. */
const daysOf = (cell: CellEntry): (number | undefined)[] => [cell.bin?.due, ...(isPurged(cell) ? [cell.purge?.due] : [])]
