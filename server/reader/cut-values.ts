/**
 * Long values of a page: texts and bytes are cut by DuckDB, so that they are never read; nested values where they would
 * leave for the page. What is cut says how much is missing.
 */
import { columnKind, cutNote, type ResultColumn } from '#lib/domain/result.ts'
import { quote } from './quote.ts'

/** A byte is shown as up to four characters. */
const CHARACTERS_OF_A_BYTE = 4

/** The column as it is shown, in at most about so many characters. Goes into the outermost SELECT, after the LIMIT. */
export function shownColumn(column: ResultColumn, most: number): string {
  const name = quote(column.name)
  // A float of four bytes has its own shortest digits: 0.1 and not 0.10000000149011612.
  if (/^(float|real)$/i.test(column.type)) return `CAST(CAST(${name} AS VARCHAR) AS DOUBLE) AS ${name}`
  const kind = columnKind(column.type)
  if (kind === 'text') return cut(name, `length(${name})`, most, `left(${name}, ${most})`, name, 'characters')
  const bytes = Math.floor(most / CHARACTERS_OF_A_BYTE)
  if (kind === 'binary') return cut(name, `octet_length(${name})`, bytes, `CAST(${name}[1:${bytes}] AS VARCHAR)`, `CAST(${name} AS VARCHAR)`, 'bytes')
  return name
}

const cut = (name: string, length: string, most: number, head: string, whole: string, what: 'characters' | 'bytes'): string => {
  const [before, after] = cutNote('|', what).split('|')
  return `CASE WHEN ${length} > ${most} THEN ${head} || '${before}' || (${length} - ${most}) || '${after}' ELSE ${whole} END AS ${name}`
}

/** In place: pages are large. */
export function cutNested(rows: unknown[][], columns: readonly ResultColumn[], most: number): void {
  const nested = columns.flatMap(({ type }, at) => (columnKind(type) === 'nested' ? [at] : []))
  if (nested.length === 0) return
  for (const row of rows) {
    for (const at of nested) {
      if (typeof row[at] !== 'object' || row[at] === null) continue
      const text = JSON.stringify(row[at])
      if (text.length > most) row[at] = `${text.slice(0, most)}${cutNote(String(text.length - most), 'characters')}`
    }
  }
}
