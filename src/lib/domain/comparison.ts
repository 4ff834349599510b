/**
 * Comparison: two results of a notebook, what became of the columns and of the rows, and how the columns' values moved. Both
 * results never change, so a comparison is for good. [COMPARE2] Rows are told apart by a key. Where one key stands for
 * several rows in either table, its rows are compared as wholes: nobody can say which became which.
 */
import type { CompareAs, SchemaChange } from './compare-schema.ts'
import { isSameSchema } from './compare-schema.ts'
import type { ColumnSummary } from './column-summary.ts'
import type { ComparisonId, NotebookId, ResultId } from './ids.ts'
import type { ResultColumn } from './result.ts'

export interface RowCounts {
  added: number
  removed: number
  changed: number
  unchanged: number
}

export type ColumnFigures = Pick<ColumnSummary, 'nulls' | 'nans' | 'infinities' | 'distinct' | 'isDistinctExact' | 'min' | 'max' | 'mean'>

export interface ColumnDrift {
  name: string
  as: CompareAs | null
  /** Rows in which it changed; null without a key, and of a column that only one of them has. */
  changed: number | null
  before: ColumnFigures | null
  after: ColumnFigures | null
  /** Of categories: the values whose share of the rows moved most. */
  shares: { value: string; before: number; after: number }[]
}

export interface ComparisonSummary {
  /** No column: rows are compared as wholes. */
  key: string[]
  /** Keys that stand for several rows in one of the tables. */
  repeatedKeys: number
  rows: { before: number; after: number }
  counts: RowCounts
  schema: SchemaChange
  columns: ColumnDrift[]
  /** Rows that differ, and of these so many are stored. */
  stored: { rows: number; of: number }
}

export interface Comparison extends ComparisonSummary {
  id: ComparisonId
  notebookId: NotebookId
  before: ResultId
  after: ResultId
  /** As it was asked for; null: guessed. */
  askedKey: string[] | null
  /** Of the table of rows that differ. */
  tableColumns: ResultColumn[]
  createdAt: string
}

export const COMPARED_COLUMNS_MAX = 1000
/** Of more columns the figures are not drawn up. */
export const DRIFT_COLUMNS_MAX = 200
export const SHARES_SHOWN = 5
/** A column with more different values is no list of categories. */
export const CATEGORIES_MAX = 1000
/** So many rows that differ are stored, fewer of wide tables. */
export const DIFFERING_ROWS_MAX = 1_000_000
export const DIFFERING_VALUES_MAX = 50_000_000

export type Verdict = 'identical' | 'same-rows' | 'differs'

/** The order of the rows is not compared. */
export function verdictOf({ counts, schema }: Pick<ComparisonSummary, 'counts' | 'schema'>): Verdict {
  if (counts.added + counts.removed + counts.changed > 0 || schema.added.length + schema.removed.length > 0) return 'differs'
  return isSameSchema(schema) ? 'identical' : 'same-rows'
}
