/** Found notebook: what a file of a notebook holds, before it is one here. */
import type { Cell } from './cell.ts'

/** A cell as it was found; its id is wished for, and missing where the file has none. */
export interface FoundCell extends Omit<Cell, 'id'> {
  id?: string | undefined
}

export interface FoundNotebook {
  title: string | null
  cells: FoundCell[]
  /** What is left behind, as sentences. */
  notes: string[]
}
