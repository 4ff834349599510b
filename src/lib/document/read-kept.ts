/**
 * Reads a notebook with all of it that a version or a copy keeps: its text, and beside that also how everybody looks at
 * its tables. Pages and runs have no use for the views, and read without.
 */
import type * as Y from 'yjs'
import { isRunnable, type Cell } from '#lib/domain/cell.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { readViews } from './beside-text.ts'
import { cellEntry } from './keys.ts'
import { readNotebook } from './read-notebook.ts'

/** Each cell that runs says its views, also that there are none: versions from before views were kept say nothing of them. */
export function readKept(doc: Y.Doc): NotebookText {
  const { title, cells } = readNotebook(doc)
  return { title, cells: cells.map((cell) => withViews(doc, cell)) }
}

function withViews(doc: Y.Doc, cell: Cell): Cell {
  const entry = isRunnable(cell.kind) ? cellEntry(doc, cell.id) : null
  return entry === null ? cell : { ...cell, tableViews: readViews(entry.map) }
}
