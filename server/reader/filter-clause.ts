/** The WHERE clause of a page: identifiers from the table's own columns only, every value a parameter. */
import { columnKind, operatorsFor, type FilterOperator, type PageRequest, type ResultColumn } from '#lib/domain/result.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { plainText } from './cell-text.ts'
import { castType } from './duckdb-type.ts'
import { quote } from './quote.ts'

export interface Clause {
  sql: string
  values: string[]
}

export type QueryRefusal = 'column-missing' | 'filter-invalid'

export function findColumn(columns: readonly ResultColumn[], name: string): Outcome<ResultColumn, 'column-missing'> {
  const column = columns.find((one) => one.name === name)
  return column === undefined ? refuse('column-missing', `The table has no column “${name.slice(0, 100)}”.`) : accept(column)
}

/** Empty text when there is no filter. */
export function filterClause(columns: readonly ResultColumn[], filter: PageRequest['filter']): Outcome<Clause, QueryRefusal> {
  const tests: string[] = []
  const values: string[] = []
  for (const { column: name, operator, value } of filter) {
    const column = findColumn(columns, name)
    if (!column.ok) return column
    const test = testOf(column.value, operator, value, values.length + 1)
    if (!test.ok) return test
    tests.push(test.value.sql)
    values.push(...test.value.values)
  }
  return accept({ sql: tests.length === 0 ? '' : ` WHERE ${tests.join(' AND ')}`, values })
}

/** Empty is a text without a letter, and none at all. */
const ALONE: Partial<Record<FilterOperator, (name: string) => string>> = {
  'is-null': (name) => `${name} IS NULL`,
  'is-not-null': (name) => `${name} IS NOT NULL`,
  'is-empty': (name) => `coalesce(${name}, '') = ''`,
  'is-not-empty': (name) => `coalesce(${name}, '') <> ''`,
}

/** In upper and lower case alike. What is null does not contain anything, as `!=` has it. */
const LOOKS: Partial<Record<FilterOperator, (text: string, value: string) => string>> = {
  contains: (text, value) => `contains(${text}, ${value})`,
  'not-contains': (text, value) => `NOT coalesce(contains(${text}, ${value}), false)`,
  'starts-with': (text, value) => `starts_with(${text}, ${value})`,
}

function testOf(column: ResultColumn, operator: FilterOperator, value: string | null, position: number): Outcome<Clause, 'filter-invalid'> {
  const name = quote(column.name)
  const kind = columnKind(column.type)
  if (!operatorsFor(kind).includes(operator)) return refuse('filter-invalid', `“${operator}” does not fit the column “${column.name}” of type ${column.type}.`)
  const alone = ALONE[operator]
  if (alone !== undefined) return accept({ sql: alone(name), values: [] })
  if (value === null) return refuse('filter-invalid', `Give a value to compare “${column.name}” with.`)
  const look = LOOKS[operator]
  if (look !== undefined) return accept({ sql: look(`lower(${plainText(column)})`, `lower($${position})`), values: [value] })
  const type = castType(column.type, value)
  if (type === null) return refuse('filter-invalid', `“${value.slice(0, 50)}” is not a value of the column “${column.name}” of type ${column.type}.`)
  const sign = operator === '!=' ? 'IS DISTINCT FROM' : operator
  return accept({ sql: `${name} ${sign} CAST($${position} AS ${type})`, values: [kind === 'text' ? value : value.trim()] })
}
