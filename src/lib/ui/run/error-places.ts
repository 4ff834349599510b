/** Error places: how an error's lines are named and reached on the page that shows it. A run's own page has none. */
import type { CellId } from '#lib/domain/ids.ts'

export interface Places {
  /** The name of a cell on this page; null when it is gone. No id means the cell that failed. */
  nameOf: (cellId: CellId | null) => string | null
  go: (cellId: CellId | null, line: number) => void
}
