/**
 * A notebook as a file: its text, what its cells show, their locks, and for members what people said about them. Text,
 * locks and anchors are of one stored document, which holds all that was typed until now.
 */
import { attachment, exportFileName, EXPORT_MEDIA, type ExportFormat } from '#lib/domain/export-file.ts'
import { outputsFor } from '#lib/domain/hide-trace.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { NOTHING_SHOWN, shownCells, writeExport, type Drawing, type ExportedThread } from '#lib/domain/notebook-export.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { lockOf } from '#lib/document/lock-cell.ts'
import { readKept } from '#lib/document/read-kept.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import { findAnchor } from '#lib/document/text-anchor.ts'
import type * as Y from 'yjs'
import type { Actor } from '../auth/actor.ts'
import { listThreads } from '../comments/list-threads.ts'
import type { Deps } from '../deps.ts'
import { readSnapshot } from '../runs/read-outputs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { documentOf } from './document-of.ts'
import { BEFORE_EVERYTHING, readPieces } from './document-store.ts'
import { drawCharts } from './draw-charts.ts'

export interface ExportedFile {
  text: string
  headers: Record<string, string>
}

export async function exportNotebook(
  deps: Pick<Deps, 'db' | 'sql' | 'rooms' | 'reader'>,
  actor: Actor | null,
  { notebookId, format }: { notebookId: string; format: ExportFormat },
): Promise<Outcome<ExportedFile, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id, epoch, role } = allowed.value
  await deps.rooms.read(id)
  const [{ pieces }, snapshot, said] = await Promise.all([readPieces(deps.sql, id, epoch, BEFORE_EVERYTHING), readSnapshot(deps, id), listThreads(deps, actor, { notebookId })])
  const doc = documentOf(pieces)
  try {
    const { title, cells } = readKept(doc)
    const shown = shownCells({ ...snapshot, outputs: outputsFor(role, snapshot.outputs) })
    // Guests of a link are refused the comments, and get the file without.
    const threads = Map.groupBy(said.ok ? said.value : [], (thread) => thread.cellId)
    const drawings = format === 'ipynb' ? await drawCharts(deps, actor, cells, shown) : new Map<CellId, Drawing>()
    const text = writeExport({ title, cells: cells.map((cell) => ({
      ...cell, shown: shown.get(cell.id) ?? NOTHING_SHOWN, lock: lockOf(doc, cell.id), ...withDrawing(drawings.get(cell.id)),
      threads: (threads.get(cell.id) ?? []).map((thread) => ({ ...thread, range: rangeOf(doc, thread) })),
    })) }, format)
    return accept({ text, headers: {
      'content-type': `${EXPORT_MEDIA[format]}; charset=utf-8`,
      'content-disposition': attachment(exportFileName(title, format)),
      'cache-control': 'private, no-store',
    } })
  } finally {
    doc.destroy()
  }
}

const withDrawing = (drawing: Drawing | undefined) => (drawing === undefined ? {} : { drawing })

function rangeOf(doc: Y.Doc, { cellId, anchor }: Pick<ExportedThread, 'cellId' | 'anchor'>): ExportedThread['range'] {
  const text = anchor.kind === 'text' ? cellText(doc, cellId) : null
  return text === null || anchor.kind !== 'text' ? null : findAnchor(text, anchor)
}
