/** The bin as plain values, the newest first. A cell that was merged away and is empty has nothing to bring back, one deleted for good cannot be. */
import type * as Y from 'yjs'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, type BinMark } from './keys.ts'
import { binnedCells } from './order.ts'
import { plainSource } from './plain-source.ts'
import { isPurged } from './purge-cell.ts'

export interface BinnedCell extends Cell {
  bin: BinMark
}

export const readBin = (doc: Y.Doc): BinnedCell[] => binnedCells(doc).flatMap((cell) => {
  const { id, kind, source, bin } = cell
  const text = plainSource(source.toString())
  return bin === null || isPurged(cell) || (bin.into !== undefined && text === '') ? [] : [{ id, kind, source: text, bin }]
})

/** Null when the cell is not in the bin. */
export const readBinMark = (doc: Y.Doc, id: CellId): BinMark | null => cellEntry(doc, id)?.bin ?? null
