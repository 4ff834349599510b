/**
 * Splits a cell: what is behind the place goes into a new cell below it, of the same kind. A line break at the seam goes
 * with it, or two cells would begin with empty lines; it is returned, so that a way back can put it there again.
 *
 * Text goes from cell to cell by copy and delete, as a Y.Text cannot hand over its letters. What someone types meanwhile
 * in the part that leaves stays, in the upper cell. Two people who at once move the same words (two splits, two merges,
 * one of each) both copy them: then they are there twice. That is the rule, as the other choice would be to lose some.
 */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import type { SharedViews } from '#lib/domain/shared-views.ts'
import { readRowLimit, readViews } from './beside-text.ts'
import { cellEntry, writeCellEntry } from './keys.ts'
import { makeRoom } from './order.ts'
import { plainSource } from './plain-source.ts'

/** Null when there is no such cell, or the new id is taken. */
export function splitCell(doc: Y.Doc, { id, at, newId }: { id: CellId; at: number; newId: CellId }, origin?: unknown): string | null {
  return doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell === null || cell.bin !== null || cellEntry(doc, newId) !== null) return null
    const text = cell.source.toString()
    const seam = seamOf(text, wholeLetter(text, at))
    const beside = { rowLimit: readRowLimit(cell.map), tableViews: viewsForBoth(readViews(cell.map)) }
    writeCellEntry(doc, { id: newId, kind: cell.kind, order: makeRoom(doc, { after: id }), source: plainSource(text.slice(seam.to)), ...beside })
    cell.source.delete(seam.from, text.length - seam.from)
    return text.slice(seam.from, seam.to)
  }, origin)
}

/** That of a first table alone: whichever part shows it shows it so. Of several nobody knows here in which part they will be. */
const viewsForBoth = (views: SharedViews): SharedViews => (Object.keys(views).join() === '0' ? views : {})

function seamOf(text: string, at: number): { from: number; to: number } {
  if (text[at - 1] === '\n') return { from: at - 1, to: at }
  return { from: at, to: text[at] === '\n' ? at + 1 : at }
}

/** Never between the two halves of one letter. */
function wholeLetter(text: string, at: number): number {
  const place = Math.min(Math.max(0, Math.trunc(at)), text.length)
  return /[\uDC00-\uDFFF]/.test(text[place] ?? '') && /[\uD800-\uDBFF]/.test(text[place - 1] ?? '') ? place - 1 : place
}
