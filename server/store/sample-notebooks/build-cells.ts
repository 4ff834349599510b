/** What the sample notebooks are made of: cells whose ids stay the same, so that the seed makes each notebook once. */
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'

export interface SampleNotebook extends NotebookText {
  id: NotebookId
}

export const cellsOf = (notebook: string) => (name: string, kind: CellKind, source: string): Cell => ({ id: `${notebook}-${name}` as CellId, kind, source: source.trim() })

export const chartOf = (chart: { cellId: CellId; mark: 'bar' | 'line' | 'area' | 'point'; x: string; y: string; color?: string }): string =>
  JSON.stringify({ color: null, aggregate: 'none', ...chart })
