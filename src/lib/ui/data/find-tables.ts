/** Finds tables by their name or by a column's, as the list, the panel and the palette do. */
import { fullName, type DataTable } from '#lib/domain/data.ts'

export type TableColumns = DataTable & { columns: readonly { name: string; type: string }[]; isPassedOver: boolean }

export interface ColumnList {
  tables: readonly TableColumns[]
  isCut: boolean
}

export interface FoundTable extends TableColumns {
  /** Columns that match, when the table's name does not. */
  matches: readonly string[]
}

export function findTables(tables: readonly TableColumns[], wanted: string): FoundTable[] {
  const words = wanted.trim().toLowerCase()
  return tables.flatMap((table) => {
    if (words === '' || fullName(table).toLowerCase().includes(words)) return [{ ...table, matches: [] }]
    const matches = table.columns.filter(({ name }) => name.toLowerCase().includes(words)).map(({ name }) => name)
    return matches.length === 0 ? [] : [{ ...table, matches }]
  })
}

/** What a search did not look at, so that nobody takes its silence for an answer; null when that is nothing. */
export function describeUnsearched({ tables, isCut }: ColumnList): string | null {
  const passedOver = tables.filter((table) => table.isPassedOver).length
  const said = [
    ...(passedOver > 0 ? [`The columns of ${passedOver} of ${tables.length} tables were not searched: there are too many to read at once. Those are found by their names.`] : []),
    ...(isCut ? ['There are more tables than are listed here.'] : []),
  ]
  return said.length === 0 ? null : said.join(' ')
}

export interface SchemaOf<T> {
  schema: string
  isShared: boolean
  tables: T[]
}

export function bySchema<T extends DataTable>(tables: readonly T[]): SchemaOf<T>[] {
  const found = new Map<string, SchemaOf<T>>()
  for (const table of tables) {
    const key = `${table.schema}/${table.isShared}`
    const group = found.get(key) ?? { schema: table.schema, isShared: table.isShared, tables: [] }
    group.tables.push(table)
    found.set(key, group)
  }
  return [...found.values()]
}
