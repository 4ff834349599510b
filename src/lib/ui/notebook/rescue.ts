/**
 * Rescue: what to do with edits that cannot reach the notebook any more: take them out as text or as a file, or carry
 * them over a reload of this tab, to be put back as new cells where they differ from what the notebook has then.
 */
import { readWritten } from '#lib/document/read-written.ts'
import { isCellKind, type Cell } from '#lib/domain/cell.ts'
import { EXPORT_MEDIA, exportFileName } from '#lib/domain/export-file.ts'
import { percentText } from '#lib/domain/percent-text.ts'
import { keepFile } from './download-notebook.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

const keyOf = (notebookId: string): string => `dataharbour-rescued-${notebookId}`

/** The cells with edits that are not saved, also where somebody else has thrown them away meanwhile. */
export const strandedCells = ({ room }: Pick<NotebookSession, 'room'>): Cell[] => (room === null ? [] : readWritten(room.doc, room.editedCells))

/** Everything that is on this page, in a file, and behind it what was written and is no longer on it. */
export function downloadNotebook(session: NotebookSession): void {
  const gone = strandedCells(session).filter(({ id }) => session.find(id) === null)
  downloadCells(session.title, [...session.cells, ...gone])
}

export const downloadCells = (title: string, cells: readonly Cell[]): void => keepFile(new Blob([percentText(cells)], { type: EXPORT_MEDIA.py }), exportFileName(title, 'py'))

/**
 * Before this browser's copy is dropped for good: carries what is not saved over a reload, also of other tabs, which were perhaps
 * closed and left it nowhere else. Answers what this tab has no room for.
 */
export async function carryUnsaved({ page, room }: Pick<NotebookSession, 'page' | 'room'>): Promise<readonly Cell[]> {
  // Where the copy takes nothing more, it cannot be read either.
  await room?.readCopy().catch(() => undefined)
  const cells = strandedCells({ room })
  return cells.length === 0 ? [] : carryOver(page.id, cells)
}

/** Keeps what this tab has room for, beside what it carries already, and answers the rest: the largest, so that most are kept. */
export function carryOver(notebookId: string, cells: readonly Cell[]): readonly Cell[] {
  const earlier = carriedCells(notebookId).filter(({ id, source }) => !cells.some((cell) => cell.id === id && cell.source === source))
  const bySize = cells.toSorted((a, b) => b.source.length - a.source.length)
  for (let out = 0; out < bySize.length; out += 1) {
    const left = bySize.slice(0, out)
    try {
      sessionStorage.setItem(keyOf(notebookId), JSON.stringify([...earlier, ...cells.filter((cell) => !left.includes(cell))]))
      return left
    } catch {
      // Full; what was there is there still.
    }
  }
  return bySize
}

export function carriedCells(notebookId: string): Cell[] {
  try {
    const cells: unknown = JSON.parse(sessionStorage.getItem(keyOf(notebookId)) ?? '[]')
    return Array.isArray(cells) ? cells.filter(isCell) : []
  } catch {
    return []
  }
}

export const dropCarried = (notebookId: string): void => sessionStorage.removeItem(keyOf(notebookId))

function isCell(value: unknown): value is Cell {
  const { id, kind, source } = (value ?? {}) as Partial<Record<keyof Cell, unknown>>
  return typeof id === 'string' && typeof source === 'string' && typeof kind === 'string' && isCellKind(kind)
}
