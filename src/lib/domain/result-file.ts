/**
 * Result file: a whole result, or the view of it that a person made, as a file. What each kind of file can hold is
 * decided here, so that nothing is cut without a word.
 */
import { accept, refuse, type Outcome } from './outcome.ts'
import type { RowOrder } from './result.ts'

export const FILE_FORMATS = ['csv', 'parquet', 'xlsx'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

export const FILE_MEDIA: Record<FileFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present', parquet: 'application/vnd.apache.parquet', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

export interface FileRequest extends RowOrder {
  format: FileFormat
  /** Names in the order wanted; null: all of them as they are stored. */
  columns: string[] | null
  /** CSV only: begins with the mark by which Excel knows UTF-8. */
  hasBom: boolean
}

/** What one sheet of Excel holds, the row of names included. */
export const SHEET_ROWS_MAX = 1_048_576
export const SHEET_COLUMNS_MAX = 16_384

/** A download larger than this is refused: it fills the disk that everybody shares. */
export const FILE_BYTES_MAX = 5 * 2 ** 30

const spaced = (count: number): string => count.toLocaleString('en-US').replaceAll(',', ' ')

/** Whether a file of this kind can hold so much. */
export function fitsFile(format: FileFormat, rows: number, columns: number): Outcome<null, 'too-large'> {
  if (format !== 'xlsx') return accept(null)
  if (rows >= SHEET_ROWS_MAX) return refuse('too-large', `An Excel sheet holds ${spaced(SHEET_ROWS_MAX)} rows with the names on top, and this has ${spaced(rows)}. Take CSV or Parquet, or filter the table.`)
  if (columns > SHEET_COLUMNS_MAX) return refuse('too-large', `An Excel sheet holds ${spaced(SHEET_COLUMNS_MAX)} columns, and this has ${spaced(columns)}. Take CSV or Parquet, or hide columns.`)
  return accept(null)
}
