/** Notebook: a titled, ordered list of cells in a folder of a workspace. Its text lives in the Y.Doc (src/lib/document). */
import type { Cell } from './cell.ts'
import type { NotebookId, WorkspaceId } from './ids.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

export interface NotebookText {
  title: string
  cells: Cell[]
}

/** A notebook in a list, without its text. Instants as ISO 8601 text. */
export interface NotebookSummary {
  id: NotebookId
  workspaceId: WorkspaceId
  title: string
  folder: string
  createdAt: string
  updatedAt: string
  trashedAt: string | null
}

export const TITLE_MAX = 200
/** Of a notebook that is made with its cells, and the letters of each. */
export const CELLS_MAX = 1000
export const SOURCE_MAX = 1_000_000
export const FOLDER_MAX = 400

export function checkTitle(text: string): Outcome<string, 'title-empty' | 'title-too-long'> {
  const title = text.trim()
  if (title === '') return refuse('title-empty', 'Give the notebook a title.')
  if (title.length > TITLE_MAX) return refuse('title-too-long', `A title has at most ${TITLE_MAX} characters.`)
  return accept(title)
}

/** A folder is a path like `reports/weekly`; '' is the top. Empty parts and dots are refused. */
export function checkFolder(text: string): Outcome<string, 'folder-invalid'> {
  const parts = text.split('/').map((part) => part.trim()).filter((part) => part !== '')
  const bad = parts.some((part) => part === '.' || part === '..')
  const folder = parts.join('/')
  if (bad || folder.length > FOLDER_MAX) return refuse('folder-invalid', 'Write a folder as names with slashes between, like reports/weekly.')
  return accept(folder)
}
