/**
 * Make heading: Jupyter's keys 1 to 6. The cell becomes text and its first line a heading of that level, whatever it was
 * before. The kind is taken back by Z like any change of a cell, the marks by undo in the cell's text.
 */
import type { CellId } from '#lib/domain/ids.ts'
import type { CellEdits } from './edit-cells.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

export function makeHeading(session: NotebookSession, edits: CellEdits, id: CellId, level: number): void {
  const shared = session.canEdit && !session.refusesChange(id) ? session.shared(id) : null
  if (shared === null) return
  const { text, history: { beside } } = shared
  edits.changeKind([id], 'markdown')
  const marks = headingMarks(text.toString())
  text.doc?.transact(() => {
    text.delete(0, marks)
    text.insert(0, `${'#'.repeat(level)} `)
  }, beside)
}

/** How many letters at the beginning make a heading already. A word that only begins with one of them is none. */
export const headingMarks = (source: string): number => /^ {0,3}#{1,6}(?:[ \t]+|(?=\n|$))/.exec(source)?.[0].length ?? 0
