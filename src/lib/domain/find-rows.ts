/** Find rows: where a text stands in a table, over all of its rows and columns. Hits are rows, each with the columns that hold the text. */
import type { RowOrder } from './result.ts'

export const FIND_TEXT_MAX = 200
export const HITS_MAX = 200

export interface FindRequest extends RowOrder {
  /** Looked for in what the columns hold, as a part, large and small letters alike. */
  text: string
  /** The first hit that is wanted, counted from 0, and how many. */
  offset: number
  limit: number
}

export interface FoundRow {
  /** Its place in the view, counted from 0. */
  row: number
  /** The places of the columns in the table, counted from 0. */
  columns: number[]
}

export interface FoundRows {
  /** Rows that hold the text, all of them. */
  total: number
  hits: FoundRow[]
}
