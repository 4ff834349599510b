/**
 * Notebook export: a notebook with all that is kept about it, as a value, and its text in each format. Pure. What a cell
 * shows is that of its newest run that ended, or of the one under way where none did.
 */
import type { Cell } from './cell.ts'
import type { ChartSpec } from './chart-spec.ts'
import type { CommentThread } from './comment.ts'
import type { ExportFormat } from './export-file.ts'
import type { FeedSnapshot, Output } from './feed.ts'
import { addOutput, updateDisplays } from './fold-outputs.ts'
import type { CellId } from './ids.ts'
import { percentText } from './percent-text.ts'
import type { RunCell } from './run.ts'
import { writeIpynb } from './write-ipynb.ts'
import { writeMarkdown } from './write-markdown.ts'

/** What a cell showed, and which execution of its kernel that was. */
export interface ShownCell {
  executionCount: number | null
  ranAt: string | null
  outputs: readonly Output[]
}

export interface ExportedThread extends CommentThread {
  /** Where in the cell's text it is now, for one that is about a piece of it. */
  range: { start: number; end: number } | null
}

export interface ExportedCell extends Cell {
  shown: ShownCell
  lock: { by: string; at: number } | null
  threads: readonly ExportedThread[]
  /** Of a chart cell whose table could be read. */
  drawing?: Drawing
}

export interface Drawing {
  spec: ChartSpec
  /** What it is of, in words. */
  text: string
}

export interface ExportedNotebook {
  title: string
  cells: readonly ExportedCell[]
}

export const NOTHING_SHOWN: ShownCell = { executionCount: null, ranAt: null, outputs: [] }

export function writeExport(notebook: ExportedNotebook, format: ExportFormat): string {
  if (format === 'ipynb') return writeIpynb(notebook)
  return format === 'md' ? writeMarkdown(notebook) : percentText(notebook.cells)
}

export function shownCells({ runs, outputs }: Pick<FeedSnapshot, 'runs' | 'outputs'>): Map<CellId, ShownCell> {
  const byRun = foldAll(outputs)
  const picked = new Map<CellId, { cell: RunCell; outputs: readonly Output[] }>()
  for (const run of [...runs].sort((a, b) => a.requestedAt.localeCompare(b.requestedAt))) {
    for (const cell of run.cells) {
      const before = picked.get(cell.cellId)
      const isBetter = cell.finishedAt !== null || before === undefined || before.cell.finishedAt === null
      if (cell.startedAt !== null && isBetter) picked.set(cell.cellId, { cell, outputs: byRun.get(`${run.id} ${cell.cellId}`) ?? [] })
    }
  }
  return new Map([...picked].map(([id, { cell, outputs: shown }]) => [id, { executionCount: cell.executionCount, ranAt: cell.finishedAt, outputs: shown }]))
}

function foldAll(rows: FeedSnapshot['outputs']): Map<string, readonly Output[]> {
  const shown = new Map<string, readonly Output[]>()
  for (const { runId, cellId, output } of rows) {
    const key = `${runId} ${cellId}`
    if (output.kind !== 'display' || !output.isUpdate) shown.set(key, addOutput(shown.get(key) ?? [], output))
    // A later cell may change what an earlier one shows.
    else for (const [other, before] of shown) shown.set(other, updateDisplays(before, output))
  }
  return shown
}
