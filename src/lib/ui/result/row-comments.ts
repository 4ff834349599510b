/**
 * Comments on rows of a result: said once by the notebook, because only it knows who may comment; a grid elsewhere (a
 * dashboard, an embed) finds nothing and offers nothing. A row is named by its number in the stored order.
 */
import { getContext, setContext } from 'svelte'

export interface RowComments {
  /** Null when the person may not write. */
  begin: ((resultId: string, row: number, quote: string) => void) | null
  /** The row that somebody wants to see; `at` moves on with each wish. */
  wanted: () => { resultId: string; row: number; at: number } | null
}

const KEY = Symbol('row comments')

export const provideRowComments = (rows: RowComments): void => void setContext(KEY, rows)
export const useRowComments = (): RowComments | null => getContext<RowComments | undefined>(KEY) ?? null
