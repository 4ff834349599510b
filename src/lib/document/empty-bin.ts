/**
 * Empties the bin of what has been in it for its time. The server does it, by its own clock: who deletes says when, but
 * a browser's clock may be years wrong, and text must not go because of that. So a cell that the server sees in the bin
 * for the first time gets its day of leaving, and goes on that day. Coming back and being deleted again starts anew.
 */
import type * as Y from 'yjs'
import { BIN_KEEPS_MS } from '#lib/domain/cell.ts'
import { cellsOf } from './keys.ts'
import { binnedCells } from './order.ts'

/** Whether there is anything for `emptyBin` to do, so that opening a notebook does not write to it for nothing. */
export const isBinDue = (doc: Y.Doc, now: number): boolean => binnedCells(doc).some(({ bin }) => bin?.due === undefined || bin.due <= now)

export function emptyBin(doc: Y.Doc, now: number, origin?: unknown): void {
  doc.transact(() => {
    for (const { id, bin, map } of binnedCells(doc)) {
      if (bin === null) continue
      if (bin.due === undefined) map.set('bin', { ...bin, due: now + BIN_KEEPS_MS })
      else if (bin.due <= now) cellsOf(doc).delete(id)
    }
  }, origin)
}
