/** A value as a large figure: digits grouped, nothing rounded but the tail of a float. */
import { columnKind } from '#lib/domain/result.ts'

const FRACTION_MAX = 4

export function showNumber(value: unknown, type: string): string | null {
  if (value === null || value === undefined) return null
  const kind = columnKind(type)
  if (kind === 'float' && typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: FRACTION_MAX })
  if ((kind === 'integer' || kind === 'decimal') && (typeof value === 'number' || typeof value === 'string')) return groupDigits(String(value))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Text in, text out: a decimal of 38 digits keeps them all. */
function groupDigits(text: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text) ?? []
  return whole === '' ? text : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`
}
