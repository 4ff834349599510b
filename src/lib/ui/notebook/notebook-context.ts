/** What every part of a notebook page reaches for: the session, the edits of whole cells, and commands by name. */
import { createContext } from 'svelte'
import type { Comments } from '#lib/ui/comment/comments.svelte.ts'
import type { CellDrag } from './cell-drag.svelte.ts'
import type { CellEdits } from './edit-cells.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

export interface NotebookContext {
  session: NotebookSession
  edits: CellEdits
  drag: CellDrag
  /** Runs a command of the table by its id, if the person may. */
  command: (id: string) => void
  /** Null for guests of a link, who see none. */
  comments: Comments | null
  /** Opens the schedule dialog for a cell; null where schedules cannot be made. */
  scheduleCell: ((cellId: string) => void) | null
}

export const [useNotebook, provideNotebook] = createContext<NotebookContext>()
