/**
 * Cells as they were written, wherever others put them meanwhile: in the notebook, in the bin, or deleted for good while
 * somebody wrote in them without knowing. For whoever must not lose words of theirs.
 */
import type * as Y from 'yjs'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { readBeside } from './beside-text.ts'
import { binnedCells, sortedCells } from './order.ts'
import { plainSource } from './plain-source.ts'

/** Those of `ids` that have words, in the order of the notebook. */
export const readWritten = (doc: Y.Doc, ids: ReadonlySet<CellId>): Cell[] =>
  [...sortedCells(doc), ...binnedCells(doc)].filter(({ id }) => ids.has(id)).flatMap(({ id, kind, source, map }) => {
    const text = plainSource(source.toString())
    return text.trim() === '' ? [] : [{ id, kind, source: text, ...readBeside(map, kind) }]
  })
