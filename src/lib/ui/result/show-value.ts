/** How a value of a page is written in a cell, in the clipboard and on the page: exactly what was stored, in one line. */
import { columnKind, type ColumnKind } from '#lib/domain/result.ts'

export function showValue(value: unknown, kind: ColumnKind): string {
  if (value === null || value === undefined) return 'null'
  if (kind === 'timestamp' && typeof value === 'string') return value.replace(/\+00$/, '')
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

/** The type as its column's head says it: an instant is stored with its zone and shown in UTC, a `timestamp_ntz` has none. */
export const typeLabel = (type: string): string => (/^timestamp(_ltz)?$/i.test(type.trim()) ? `${type} (UTC)` : type)

/** Line breaks and tabs would end the cell in a spreadsheet. */
export const toTsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join('\t')).join('\n')

/** Null is an empty cell in a spreadsheet. */
export const copyValue = (value: unknown, type: string): string => (value === null || value === undefined ? '' : showValue(value, columnKind(type)))

export const formatCount = (count: number): string => count.toLocaleString('en-US').replaceAll(',', '\u202f')

/** `1 row`, `3 000 rows`. */
export const counted = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
