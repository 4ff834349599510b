/** Whole value: a page holds long values cut; who opens one is shown all of it, read by itself. */
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { columnKind, type ResultColumn, type RowOrder } from '#lib/domain/result.ts'
import type { AskPage } from './result-table.svelte.ts'
import { showValue } from './show-value.ts'

/** As text to read: nested values over several lines. */
export function valueText(value: unknown, column: ResultColumn): string {
  const nested = columnKind(column.type) === 'nested' && typeof value === 'object' && value !== null
  return nested ? JSON.stringify(value, null, 2) : showValue(value, columnKind(column.type))
}

/** `row` counts in this order; `place` is the column's in the table. */
export interface ValuePlace {
  row: number
  place: number
  order: RowOrder
}

export async function readWholeValue(ask: AskPage, { row, place, order }: ValuePlace, signal?: AbortSignal): Promise<Outcome<unknown>> {
  const page = await ask({ offset: row, limit: 1, ...order, columns: { first: place, count: 1 }, isWhole: true }, signal)
  return page.ok ? accept(page.value.rows[0]?.[0] ?? null) : page
}

export async function readWholeText(ask: AskPage, at: ValuePlace, column: ResultColumn, signal: AbortSignal): Promise<Outcome<string>> {
  const value = await readWholeValue(ask, at, signal)
  return value.ok ? accept(valueText(value.value, column)) : value
}
