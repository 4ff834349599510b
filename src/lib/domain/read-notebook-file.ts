/**
 * Read notebook file: a notebook that was written elsewhere, or exported here, as title and cells: `.ipynb` (nbformat 3 and 4)
 * and `.py` with `# %%` between cells (Jupytext, VS Code, Spyder) or as Databricks exports it. Anybody may have written it:
 * what cannot be is left out and said. What cells showed stays behind, for no run of ours made it. Pure.
 */
import type { Cell } from './cell.ts'
import type { FoundCell } from './found-notebook.ts'
import { isCellId, type CellId } from './ids.ts'
import { CELLS_MAX, SOURCE_MAX, TITLE_MAX } from './notebook.ts'
import { accept, refuse, type Outcome } from './outcome.ts'
import { readIpynb } from './read-ipynb.ts'
import { readPercent } from './read-percent.ts'

export interface ReadNotebook {
  title: string
  cells: Cell[]
  notes: string[]
}

export const NOTEBOOK_FILES = ['.ipynb', '.py'] as const
export const NOTEBOOK_FILE_MAX_BYTES = 100_000_000

export type NotebookFileRefusal = 'file-unreadable' | 'file-too-large'

/** `newId` gives a cell an id that no other has. */
export function readNotebookFile(name: string, text: string, newId: () => string): Outcome<ReadNotebook, NotebookFileRefusal> {
  const found = /\.py$/i.test(name) ? accept(readPercent(text)) : readIpynb(text)
  if (!found.ok) return refuse(found.reason, `“${name}” ${found.message}`)
  const { cells, notes } = found.value
  if (cells.length > CELLS_MAX) return refuse('file-too-large', `“${name}” has ${cells.length} cells; a notebook has at most ${CELLS_MAX}. Cut it in two.`)
  const long = cells.findIndex(({ source }) => source.length > SOURCE_MAX)
  if (long !== -1) return refuse('file-too-large', `Cell ${long + 1} of “${name}” is longer than a million letters. Put what it holds into a file.`)
  return accept({ title: titleOf(found.value.title, name), cells: withIds(cells, newId), notes })
}

function titleOf(said: string | null, name: string): string {
  const title = (said ?? '').replace(/\p{Cc}+/gu, ' ').trim() || name.replace(/\.(ipynb|py)$/i, '').trim() || 'Untitled'
  // A letter of two halves is not cut in the middle.
  return title.slice(0, TITLE_MAX).replace(/[\uD800-\uDBFF]$/, '')
}

/** Ids of the file are kept, for charts name the cell that they draw. */
function withIds(cells: readonly FoundCell[], newId: () => string): Cell[] {
  const taken = new Set<string>()
  return cells.map((cell) => {
    const isFree = cell.id !== undefined && isCellId(cell.id) && !taken.has(cell.id)
    const id = (isFree ? cell.id : newId()) as CellId
    taken.add(id)
    return { ...cell, id }
  })
}
