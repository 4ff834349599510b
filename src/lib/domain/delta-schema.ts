/** The columns of a Delta table out of the schema that its log keeps as JSON, in Spark's words. A schema that is no such thing is refused. */
import type { DataColumn } from './data.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

const SHORT: Record<string, string> = { integer: 'int', long: 'bigint', short: 'smallint', byte: 'tinyint' }
const DEEPEST = 50
const COLUMNS_MAX = 20_000
/** Where Spark keeps what a char or varchar was declared as. */
const DECLARED = '__CHAR_VARCHAR_TYPE_STRING'
const PHYSICAL = 'delta.columnMapping.physicalName'

class NotASchema extends Error {}

export function readDeltaSchema(text: string, partitionColumns: readonly string[]): Outcome<DataColumn[], 'table-unreadable'> {
  try {
    const { fields } = JSON.parse(text) as { fields?: unknown }
    if (!Array.isArray(fields) || fields.length > COLUMNS_MAX) throw new NotASchema()
    return accept(fields.map((field) => columnOf(field, partitionColumns)))
  } catch {
    return refuse('table-unreadable', 'The table’s log does not say which columns it has.')
  }
}

/**
 * Partition columns that files know by another name than people do (column mapping). DuckDB takes their values for null,
 * so such a table is never shown: it would be wrong.
 */
export function renamedPartitions(text: string, partitionColumns: readonly string[]): string[] {
  const { fields } = JSON.parse(text) as { fields: { name: string; metadata?: Record<string, unknown> }[] }
  return fields.filter(({ name, metadata }) => partitionColumns.includes(name) && (metadata?.[PHYSICAL] ?? name) !== name).map(({ name }) => name)
}

function columnOf(field: unknown, partitionColumns: readonly string[]): DataColumn {
  const { name, type, nullable, metadata } = field as { name?: unknown; type?: unknown; nullable?: unknown; metadata?: Record<string, unknown> }
  if (typeof name !== 'string') throw new NotASchema()
  const declared = metadata?.[DECLARED]
  const comment = metadata?.comment
  return {
    name,
    type: typeof declared === 'string' ? declared : typeName(type, 0),
    comment: typeof comment === 'string' && comment !== '' ? comment : null,
    isNullable: nullable !== false,
    isPartition: partitionColumns.includes(name),
  }
}

function typeName(type: unknown, depth: number): string {
  if (depth > DEEPEST) throw new NotASchema()
  if (typeof type === 'string') return SHORT[type] ?? type
  const given = type as { type?: unknown; fields?: unknown; elementType?: unknown; keyType?: unknown; valueType?: unknown } | null
  if (given?.type === 'array') return `array<${typeName(given.elementType, depth + 1)}>`
  if (given?.type === 'map') return `map<${typeName(given.keyType, depth + 1)},${typeName(given.valueType, depth + 1)}>`
  if (given?.type === 'struct' && Array.isArray(given.fields)) {
    return `struct<${given.fields.map((field: { name?: unknown; type?: unknown }) => `${String(field.name)}:${typeName(field.type, depth + 1)}`).join(',')}>`
  }
  throw new NotASchema()
}
