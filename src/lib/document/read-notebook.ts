/** Reads a document as plain values. Entries that are not cells and kinds that this version does not know are passed over. */
import type * as Y from 'yjs'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { TITLE_MAX, type NotebookText } from '#lib/domain/notebook.ts'
import { readBeside } from './beside-text.ts'
import { cellEntry, metaOf } from './keys.ts'
import { sortedCells } from './order.ts'
import { plainSource } from './plain-source.ts'

const NO_TITLE = 'Untitled notebook'

export function readNotebook(doc: Y.Doc): NotebookText {
  const cells = sortedCells(doc).map(({ id, kind, source, map }): Cell => ({ id, kind, source: plainSource(source.toString()), ...readBeside(map, kind) }))
  return { title: readTitle(doc), cells }
}

export function readTitle(doc: Y.Doc): string {
  const title = metaOf(doc).get('title')
  const text = typeof title === 'string' ? title.trim().slice(0, TITLE_MAX) : ''
  return text === '' ? NO_TITLE : text
}

/** Ids and kinds in order, without the texts: what a page needs to lay out its cells. */
export const readOutline = (doc: Y.Doc): Omit<Cell, 'source'>[] => sortedCells(doc).map(({ id, kind }) => ({ id, kind }))

/** The shared text of a cell, to bind an editor to. */
export const cellText = (doc: Y.Doc, id: CellId): Y.Text | null => cellEntry(doc, id)?.source ?? null
