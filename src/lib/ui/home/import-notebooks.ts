/** Makes notebooks of files that were chosen or dropped; each that cannot be one is told by name, and the others are made. */
import { readNotebookFile, NOTEBOOK_FILE_MAX_BYTES, NOTEBOOK_FILES } from '#lib/domain/read-notebook-file.ts'
import type { NotebookSummary } from '#lib/domain/notebook.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { callApi } from '#lib/live/api.ts'
import { newCellId } from '../notebook/new-cell-id.ts'

export interface Imported {
  made: { notebook: NotebookSummary; notes: string[] }[]
  /** Sentences on what was not made. */
  problems: string[]
}

export async function importNotebooks(files: readonly File[], place: { workspaceId: string; folder: string }): Promise<Imported> {
  const done: Imported = { made: [], problems: [] }
  for (const file of files) {
    // A file may hold what nobody thought of; the others are made all the same.
    const one = await importOne(file, place).catch(() => refuse('file-unreadable', `“${file.name}” cannot be read here. Save it anew where it was written, and try again.`))
    if (one.ok) done.made.push(one.value)
    else done.problems.push(one.message)
  }
  return done
}

/** What came, and what stays behind of it; null when that says itself: one notebook that is opened. */
export function tellMade({ made, problems }: Imported): string | null {
  const notes = [...new Set(made.flatMap((one) => one.notes))].join(' ')
  if (made.length === 1 && problems.length === 0) return notes === '' ? null : `“${made[0]?.notebook.title}” is here. ${notes}`
  return made.length === 0 ? null : `${made.length} ${made.length === 1 ? 'notebook is' : 'notebooks are'} here. ${notes}`.trim()
}

const PROBLEMS_TOLD = 3

export function tellProblems({ problems }: Imported): string | null {
  const more = problems.length - PROBLEMS_TOLD
  return problems.length === 0 ? null : problems.slice(0, PROBLEMS_TOLD).join(' ') + (more > 0 ? ` And ${more} more.` : '')
}

async function importOne(file: File, { workspaceId, folder }: { workspaceId: string; folder: string }): Promise<Outcome<Imported['made'][number]>> {
  if (!NOTEBOOK_FILES.some((end) => file.name.toLowerCase().endsWith(end))) return refuse('file-unreadable', `“${file.name}” is no notebook: choose ${NOTEBOOK_FILES.join(' or ')}. Data is brought in on the page Data.`)
  if (file.size > NOTEBOOK_FILE_MAX_BYTES) return refuse('file-too-large', `“${file.name}” is larger than 100 MB. Clear its outputs where it was written, and try again.`)
  const text = await file.text().catch(() => null)
  if (text === null) return refuse('file-unreadable', `“${file.name}” cannot be read by the browser. Choose it again.`)
  const read = readNotebookFile(file.name, text, newCellId)
  if (!read.ok) return read
  const { title, cells, notes } = read.value
  const made = await callApi<NotebookSummary>('POST', `/workspaces/${workspaceId}/notebooks`, { title, folder, ...(cells.length > 0 && { cells }) })
  return made.ok ? accept({ notebook: made.value, notes }) : refuse(made.reason, `“${file.name}”: ${made.message}`)
}
