/** Delta type: a Spark SQL type by its name → the type as a Delta table's schema has it. The other way round is in delta-schema. */

type DeltaType = string | { type: string; [part: string]: unknown }

const LONG: Record<string, string> = {
  tinyint: 'byte', byte: 'byte', smallint: 'short', short: 'short', int: 'integer', integer: 'integer', bigint: 'long', long: 'long', float: 'float', real: 'float', double: 'double',
  string: 'string', boolean: 'boolean', date: 'date', timestamp: 'timestamp', timestamp_ltz: 'timestamp', timestamp_ntz: 'timestamp_ntz', binary: 'binary',
}
const DEEPEST = 20
const WIDEST = 38

/** Null for a type that such a table cannot hold, or whose name cannot be read. */
export function deltaType(name: string, depth = 0): DeltaType | null {
  const text = name.trim()
  if (depth > DEEPEST) return null
  const simple = LONG[text.toLowerCase()]
  if (simple !== undefined) return simple
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/i.exec(text)
  if (decimal !== null) return Number(decimal[1]) <= WIDEST && Number(decimal[2]) <= Number(decimal[1]) ? `decimal(${decimal[1]},${decimal[2]})` : null
  if (/^(varchar|char)\(\s*\d+\s*\)$/i.test(text)) return 'string'
  const nested = /^(array|map|struct)<(.*)>$/is.exec(text)
  if (nested === null) return null
  const parts = splitParts(nested[2] ?? '')
  if (parts === null) return null
  return nestedType((nested[1] ?? '').toLowerCase(), parts, depth)
}

export const mayStandInDelta = (name: string): boolean => deltaType(name) !== null

function nestedType(kind: string, parts: readonly string[], depth: number): DeltaType | null {
  if (kind === 'array' && parts.length === 1) {
    const elementType = deltaType(parts[0] ?? '', depth + 1)
    return elementType === null ? null : { type: 'array', elementType, containsNull: true }
  }
  if (kind === 'map' && parts.length === 2) {
    const [keyType, valueType] = [deltaType(parts[0] ?? '', depth + 1), deltaType(parts[1] ?? '', depth + 1)]
    return keyType === null || valueType === null ? null : { type: 'map', keyType, valueType, valueContainsNull: true }
  }
  if (kind !== 'struct') return null
  const fields = parts.map((part) => fieldOf(part, depth))
  return fields.some((field) => field === null) ? null : { type: 'struct', fields }
}

function fieldOf(part: string, depth: number): object | null {
  const at = part.indexOf(':')
  const type = at <= 0 ? null : deltaType(part.slice(at + 1), depth + 1)
  return type === null ? null : { name: part.slice(0, at).trim(), type, nullable: true, metadata: {} }
}

/** At the commas outside of brackets; null when the brackets do not match. */
function splitParts(text: string): string[] | null {
  const parts: string[] = []
  let [depth, from] = [0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if ('<('.includes(sign)) depth += 1
    if ('>)'.includes(sign)) depth -= 1
    if (depth < 0) return null
    if (sign !== ',' || depth > 0) continue
    parts.push(text.slice(from, at))
    from = at + 1
  }
  return depth === 0 ? [...parts, text.slice(from)] : null
}
