/**
 * Merges cells into one, and parts them again. The text of the others goes to the end of the first; they go to the bin
 * empty. Who still types in one of them loses nothing: that text is in the bin, in a cell which says where the rest went.
 * Of words that two people move at once see split-cell.ts.
 */
import * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellEntry, type CellMark } from './keys.ts'
import { plainSource } from './plain-source.ts'

/** What stands between a cell's text and the text before it. */
export interface MergePart {
  id: CellId
  joint: string
}

/** Where a part begins in the merged text. `start` moves with the text around it; `index` is where that was. */
export interface MergedPart extends MergePart {
  start: Y.RelativePosition
  index: number
}

/** Parts that are not there are passed over; null when nothing could be merged. */
export function mergeCells(doc: Y.Doc, { into, parts }: { into: CellId; parts: readonly MergePart[] }, mark: CellMark, origin?: unknown): MergedPart[] | null {
  return doc.transact(() => {
    const target = cellEntry(doc, into)
    if (target === null || target.bin !== null) return null
    const starts: { id: CellId; joint: string; index: number }[] = []
    for (const { id, joint } of parts) {
      const cell = cellEntry(doc, id)
      if (cell === null || cell.bin !== null || id === into) continue
      starts.push({ id, joint, index: target.source.length })
      target.source.insert(target.source.length, joint + plainSource(cell.source.toString()))
      cell.source.delete(0, cell.source.length)
      cell.map.set('bin', { ...mark, into })
    }
    const merged = starts.map(({ id, joint, index }) => ({ id, joint, index, start: Y.createRelativePositionFromTypeIndex(target.source, index) }))
    return merged.length === 0 ? null : merged
  }, origin)
}

/** Gives each part its text back, as it is now, and brings it back from the bin. Null when nothing could be parted. */
export function partCells(doc: Y.Doc, { into, parts }: { into: CellId; parts: readonly MergedPart[] }, origin?: unknown): MergePart[] | null {
  return doc.transact(() => {
    const target = cellEntry(doc, into)
    if (target === null || target.bin !== null) return null
    const parted = parts.toReversed().flatMap((part) => {
      const { id, joint } = part
      const cell = cellEntry(doc, id)
      const from = beginOf(target.source, part)
      if (cell === null || cell.bin?.into !== into || from === null) return []
      const text = target.source.toString().slice(from)
      const own = text.startsWith(joint) ? text.slice(joint.length) : text
      target.source.delete(from, target.source.length - from)
      cell.source.insert(0, own)
      cell.map.delete('bin')
      return [{ id, joint: text.slice(0, text.length - own.length) }]
    })
    return parted.length === 0 ? null : parted.toReversed()
  }, origin)
}

/** Letters that went to another cell and came back are new ones: what pointed at them is left with the old index. */
function beginOf(text: Y.Text, { start, index, joint }: MergedPart): number | null {
  const found = text.doc === null ? null : Y.createAbsolutePositionFromRelativePosition(start, text.doc)
  if (found?.type !== text || text.doc === null) return null
  const letter = start.item === null ? null : Y.getItem(text.doc.store, start.item)
  const isStale = letter !== null && letter.deleted && text.toString().startsWith(joint, index)
  return isStale ? Math.min(index, text.length) : found.index
}
