/** The DuckDB type that a filter's value is cast to, from a column's Spark type and the value itself, so that comparing never rounds. */
import { columnKind } from '#lib/domain/result.ts'

const INTEGER = /^[+-]?\d+$/
const DECIMAL = /^[+-]?(\d*)(?:\.(\d*))?$/
const WIDEST = 38

/** Null when the value cannot be of the column's type. Dates and instants are left for DuckDB to judge. */
export function castType(sparkType: string, value: string): string | null {
  const kind = columnKind(sparkType)
  if (kind === 'integer' || kind === 'decimal') return exactType(value.trim())
  if (kind === 'float') return isFloat(value.trim()) ? (/^(float|real)/i.test(sparkType) ? 'FLOAT' : 'DOUBLE') : null
  if (kind === 'text') return 'VARCHAR'
  if (kind === 'boolean') return /^(true|false)$/i.test(value.trim()) ? 'BOOLEAN' : null
  if (kind === 'date') return 'DATE'
  if (kind === 'timestamp') return /_ntz/i.test(sparkType) ? 'TIMESTAMP' : 'TIMESTAMPTZ'
  return null
}

/** A whole number may be larger than bigint; a fraction keeps its own digits: `delay > 1.5` is not `delay > 2`. */
function exactType(value: string): string | null {
  if (INTEGER.test(value)) return value.length <= WIDEST ? 'HUGEINT' : null
  const [, whole = '', fraction = ''] = DECIMAL.exec(value) ?? []
  const digits = whole.length + fraction.length
  return digits > 0 && digits <= WIDEST ? `DECIMAL(${digits},${fraction.length})` : null
}

const isFloat = (value: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) || /^(nan|[+-]?inf(inity)?)$/i.test(value)
