/** The summary of a column in words, for the hint of the small picture and for those who do not see it. */
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import { columnKind, isNumeric, type ColumnKind, type ResultColumn } from '#lib/domain/result.ts'
import { counted, formatCount, showValue } from './show-value.ts'

const DIGITS = 6

/** Short enough for the head of a column; the hint has the number whole. */
export function shortNumber(text: string, kind: ColumnKind): string {
  if (!isNumeric(kind)) return kind === 'timestamp' ? text.slice(0, 10) : text
  return text.length <= DIGITS + 2 || !Number.isFinite(Number(text)) ? text : String(Number(Number(text).toPrecision(DIGITS)))
}

export function describeSummary({ name, type }: ResultColumn, summary: ColumnSummary): string {
  const { rows, nulls, nans, infinities, distinct, isDistinctExact, min, max, mean, top } = summary
  const kind = columnKind(type)
  const said = [`${name}: ${counted(rows, 'row')}, ${formatCount(nulls)} null`]
  if (nans > 0) said.push(`${formatCount(nans)} NaN`)
  if (infinities > 0) said.push(`${formatCount(infinities)} infinite`)
  if (distinct !== null) said.push(`${isDistinctExact ? '' : 'about '}${formatCount(distinct)} different`)
  if (min !== null) said.push(`least ${showValue(min, kind)}`, `greatest ${showValue(max, kind)}`)
  if (mean !== null) said.push(`mean ${mean}`)
  if (top !== null && top.length > 0) said.push(`most often ${top.map(({ value, count }) => `“${value}” (${formatCount(count)})`).join(', ')}`)
  return said.join(', ')
}
