/** What differs between two small tables, counted in memory row by row: the plain way, to check the one in SQL against. */
export type Value = number | string | number[] | null
export type Row = Value[]

/** Null is null, NaN is NaN, -0 is 0. */
export const same = (value: Value): string => JSON.stringify(value, (_, one: unknown) => (typeof one === 'number' && Number.isNaN(one) ? 'NaN' : Object.is(one, -0) ? 0 : one))
const wholeOf = (row: Row): string => row.map(same).join('|')
const keyOf = (row: Row, key: readonly number[]): string => key.map((at) => same(row[at] ?? null)).join('|')

export interface Differing {
  change: 'added' | 'removed' | 'changed'
  before: Row | null
  after: Row | null
}

/** With rows of a repeated key, and all rows where there is no key, compared as wholes. */
export function differingRows(before: readonly Row[], after: readonly Row[], key: readonly number[]): { rows: Differing[]; repeated: number } {
  if (key.length === 0) return { rows: differingWholes(before, after), repeated: 0 }
  const groups = { before: Map.groupBy(before, (row) => keyOf(row, key)), after: Map.groupBy(after, (row) => keyOf(row, key)) }
  const rows: Differing[] = []
  let repeated = 0
  for (const one of new Set([...groups.before.keys(), ...groups.after.keys()])) {
    const [was, is] = [groups.before.get(one) ?? [], groups.after.get(one) ?? []]
    if (was.length > 1 || is.length > 1) {
      repeated += 1
      rows.push(...differingWholes(was, is))
      continue
    }
    const [old, now] = [was[0] ?? null, is[0] ?? null]
    if (old === null || now === null) rows.push({ change: old === null ? 'added' : 'removed', before: old, after: now })
    else if (wholeOf(old) !== wholeOf(now)) rows.push({ change: 'changed', before: old, after: now })
  }
  return { rows, repeated }
}

function differingWholes(before: readonly Row[], after: readonly Row[]): Differing[] {
  const left = [...after]
  const removed = before.filter((row) => {
    const at = left.findIndex((other) => wholeOf(other) === wholeOf(row))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return [...removed.map((row): Differing => ({ change: 'removed', before: row, after: null })), ...left.map((row): Differing => ({ change: 'added', before: null, after: row }))]
}
