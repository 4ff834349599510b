/** Chart source: the text of a chart cell, settings that name an earlier cell, which of its newest tables, and how that becomes marks. Pure. */
import type { ChartEncoding } from './chart.ts'
import { readSettings, writeSettings } from './cell-settings.ts'
import { isCellId, type CellId } from './ids.ts'
import { readEncoding } from './read-encoding.ts'

export interface ChartSource {
  cellId: CellId
  /** Its place among the tables of the cell, from 0; null: the last. */
  table: number | null
  encoding: ChartEncoding
}

/** Null when the text is not (yet) such a choice: people can write into it from anywhere. */
export function readChartSource(source: string): ChartSource | null {
  const { cellId, table, ...rest } = readSettings(source) ?? {}
  const encoding = readEncoding(rest)
  if (typeof cellId !== 'string' || !isCellId(cellId) || encoding === null) return null
  return { cellId, table: Number.isSafeInteger(table) && Number(table) >= 0 ? Number(table) : null, encoding }
}

export const writeChartSource = ({ cellId, table, encoding }: ChartSource): string => writeSettings({ cellId, ...(table !== null && { table }), ...encoding })
