/**
 * Deletes cells of the bin for good. Who presses that means what they see: this deletion and this text. So the mark names
 * both, and the cell is gone only while both still are as they were seen. Whatever somebody else does without knowing of
 * it wins: a cell that is brought back at the same time is back, one that is brought back and deleted again is in the bin,
 * and words typed in it meanwhile are in the bin with it. Removing the entry at once would take all of that along.
 * The text leaves the document a day later (see empty-bin.ts), so that whoever was offline keeps what they wrote.
 */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { digestSource } from './digest.ts'
import { cellEntry, type CellEntry } from './keys.ts'
import type { BinnedCell } from './read-bin.ts'

/** Answers those that are gone. Cells that are locked, live, or not as they were seen stay where they are. */
export function purgeCells(doc: Y.Doc, seen: readonly BinnedCell[], origin?: unknown): CellId[] {
  return doc.transact(() => seen.flatMap(({ id, bin, source }) => {
    const cell = cellEntry(doc, id)
    const mark = { by: bin.by, at: bin.at, digest: digestSource(source) }
    if (cell === null || cell.lock !== null || isPurged(cell) || !isPurged({ ...cell, purge: mark })) return []
    cell.map.set('purge', mark)
    return [id]
  }), origin)
}

export const isPurged = ({ bin, purge, source }: Pick<CellEntry, 'bin' | 'purge' | 'source'>): boolean =>
  bin !== null && purge !== null && bin.at === purge.at && bin.by === purge.by && digestSource(source.toString()) === purge.digest
