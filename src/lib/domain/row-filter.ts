/** Row filter: conditions on columns, all of which hold for a row that is shown, drawn or taken along; read with care, and in words. Pure. */
import { columnKind, FILTER_OPERATORS, operatorsFor, type FilterOperator, type ResultColumn, type RowFilter } from './result.ts'

export const FILTERS_MAX = 50
export const FILTER_VALUE_MAX = 2000
const NAME_MAX = 1000

export const OPERATOR_WORDS: Record<FilterOperator, string> = {
  '=': 'equals', '!=': 'is not', contains: 'contains', 'not-contains': 'does not contain', 'starts-with': 'starts with',
  '<': 'is less than', '<=': 'is at most', '>': 'is more than', '>=': 'is at least',
  'is-empty': 'is empty', 'is-not-empty': 'is not empty', 'is-null': 'is null', 'is-not-null': 'is not null',
}

const ALONE: readonly FilterOperator[] = ['is-empty', 'is-not-empty', 'is-null', 'is-not-null']

/** Whether the condition is with a value. */
export const needsValue = (operator: FilterOperator): boolean => !ALONE.includes(operator)

/** Whatever anybody may have written: what is no condition is dropped. */
export function readFilter(value: unknown): RowFilter {
  const list: unknown[] = Array.isArray(value) ? value.slice(0, FILTERS_MAX) : []
  return list.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return []
    const { column, operator, value: compared } = one as Record<string, unknown>
    return isName(column) && isOperator(operator) && isValue(compared) ? [{ column, operator, value: compared }] : []
  })
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= NAME_MAX
const isOperator = (value: unknown): value is FilterOperator => FILTER_OPERATORS.includes(value as FilterOperator)
const isValue = (value: unknown): value is string | null => value === null || (typeof value === 'string' && value.length <= FILTER_VALUE_MAX)

/** Those that this table has the columns for, of types that they fit. */
export function fittingFilter(filter: RowFilter, columns: readonly ResultColumn[]): RowFilter {
  if (filter.length === 0) return filter
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  return filter.filter(({ column, operator }) => operatorsFor(columnKind(types.get(column) ?? '')).includes(operator) && types.has(column))
}

const SHOWN_MAX = 40
const short = (value: string): string => (value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value)

/** `“origin” equals “ORD” and “delay” is more than “10”`. */
export const filterWords = (filter: RowFilter): string =>
  filter.map(({ column, operator, value }) => `“${short(column)}” ${OPERATOR_WORDS[operator]}${needsValue(operator) ? ` “${short(value ?? '')}”` : ''}`).join(' and ')
