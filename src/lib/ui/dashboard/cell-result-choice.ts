/** A cell that can become a tile, as the API lists it. */
import type { CellKind } from '#lib/domain/cell.ts'
import type { ResultColumn } from '#lib/domain/result.ts'

export interface CellResultChoice {
  cellId: string
  kind: CellKind
  label: string
  resultId: string
  columns: ResultColumn[]
  rows: number
  truncated: boolean
  finishedAt: string
}
