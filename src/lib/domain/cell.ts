/** Cell: one piece of a notebook. Python and SQL cells run; markdown is text; chart draws a result; input holds a parameter. */
import type { CellId } from './ids.ts'
import type { ParameterValue } from './parameter.ts'
import type { RowLimit } from './row-limit.ts'
import type { SharedViews } from './shared-views.ts'

export const CELL_KINDS = ['python', 'sql', 'markdown', 'chart', 'input'] as const
export type CellKind = (typeof CELL_KINDS)[number]

export interface Cell {
  id: CellId
  kind: CellKind
  source: string
  /** Of an input cell: what it was set to; what it may be, its source says. */
  value?: ParameterValue
  /** Rows that each of its tables keeps, where that is not the usual number; null: all. */
  rowLimit?: RowLimit | undefined
  /** How everybody looks at its tables; empty: nobody shared a view. Absent where that is not known or not asked. */
  tableViews?: SharedViews | undefined
}

export const CELL_KIND_LABELS: Record<CellKind, string> = {
  python: 'Python', sql: 'SQL', markdown: 'Text', chart: 'Chart', input: 'Input',
}

/** A deleted cell can be brought back for so long. */
export const BIN_KEEPS_DAYS = 30
export const BIN_KEEPS_MS = BIN_KEEPS_DAYS * 24 * 3600 * 1000
/** The text of a cell that was deleted for good stays in the document so long, out of sight. */
export const PURGED_KEEPS_MS = 24 * 3600 * 1000

export const isCellKind = (text: string): text is CellKind => (CELL_KINDS as readonly string[]).includes(text)
export const isRunnable = (kind: CellKind): boolean => kind === 'python' || kind === 'sql'
