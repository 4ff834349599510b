/** The source of a chart cell: JSON that names an earlier cell and how its newest table becomes marks. */
import { AGGREGATES, MARKS, type ChartEncoding } from '#lib/domain/chart.ts'
import { isCellId, type CellId } from '#lib/domain/ids.ts'

export interface ChartSource {
  cellId: CellId
  encoding: ChartEncoding
}

/** Null when the text is not (yet) such a choice: people can write into it from anywhere. */
export function readChartSource(source: string): ChartSource | null {
  try {
    const { cellId, mark, x, y, color, aggregate } = JSON.parse(source) as Partial<ChartEncoding & { cellId: string }>
    if (typeof cellId !== 'string' || !isCellId(cellId) || typeof x !== 'string') return null
    if (mark === undefined || !MARKS.includes(mark) || aggregate === undefined || !AGGREGATES.includes(aggregate)) return null
    return { cellId, encoding: { mark, x, y: typeof y === 'string' ? y : null, color: typeof color === 'string' ? color : null, aggregate } }
  } catch {
    return null
  }
}

export const writeChartSource = ({ cellId, encoding }: ChartSource): string => JSON.stringify({ cellId, ...encoding })
