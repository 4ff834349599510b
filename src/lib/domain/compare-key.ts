/**
 * Compare key: which columns tell the rows of two tables apart. A guess is a list of keys to try, the likeliest first; whoever
 * reads the tables looks which one really stands for one row each, in both. None of them: rows are compared as wholes.
 */
import type { ComparedColumn } from './compare-schema.ts'
import { accept, refuse, type Outcome } from './outcome.ts'
import { columnKind } from './result.ts'

/** What is known of a column in one table; `distinct` is an estimate. */
export interface KeyFacts {
  rows: number
  values: number
  distinct: number
}

export interface KeyCandidate {
  column: ComparedColumn
  before: KeyFacts
  after: KeyFacts
}

export const KEY_COLUMNS_MAX = 10
const SINGLES_TRIED = 12
const PAIRED = 8
const PAIRS_TRIED = 12
/** Estimates of different values may be so far off. */
const SLACK = 0.8

/** A chosen key: columns that both have, none twice, in the order of the table, since a key in another order is the same key. No column at all means whole rows. */
export function checkKey(shared: readonly ComparedColumn[], key: readonly string[]): Outcome<string[], 'key-invalid'> {
  if (key.length > KEY_COLUMNS_MAX) return refuse('key-invalid', `A key has at most ${KEY_COLUMNS_MAX} columns.`)
  if (new Set(key).size < key.length) return refuse('key-invalid', 'A key names each column once.')
  const missing = key.find((name) => !shared.some((column) => column.name === name))
  if (missing !== undefined) return refuse('key-invalid', `Only columns that both tables have can be the key; “${missing.slice(0, 100)}” is not one.`)
  return accept(shared.flatMap(({ name }) => (key.includes(name) ? [name] : [])))
}

/** Single columns, then pairs of columns. */
export function rankKeys(candidates: readonly KeyCandidate[]): string[][] {
  const whole = candidates.filter((one) => mayBeKey(one.column) && isWhole(one.before) && isWhole(one.after))
  const ranked = whole.map((one, at) => ({ ...one, rank: rankOf(one.column, at) })).sort((a, b) => a.rank - b.rank)
  const singles = ranked.filter((one) => fits([one])).slice(0, SINGLES_TRIED)
  const halves = ranked.filter((one) => !singles.includes(one)).slice(0, PAIRED)
  const pairs = halves.flatMap((one, at) => halves.slice(at + 1).map((other) => [one, other])).filter(fits).slice(0, PAIRS_TRIED)
  return [...singles.map((one) => [one.column.name]), ...pairs.map((pair) => pair.map((one) => one.column.name))]
}

/** No value is missing. */
const isWhole = ({ rows, values }: KeyFacts): boolean => rows === values

/** As many different values as there are rows, as far as estimates tell. */
const fits = (columns: readonly KeyCandidate[]): boolean =>
  (['before', 'after'] as const).every((side) => columns.reduce((product, one) => product * one[side].distinct, 1) >= (columns[0]?.[side].rows ?? 0) * SLACK)

const KINDS: Partial<Record<ReturnType<typeof columnKind>, number>> = { integer: 0, text: 0, date: 0, timestamp: 1, binary: 2, decimal: 3 }
const mayBeKey = ({ as, after }: ComparedColumn): boolean => as === 'same' && KINDS[columnKind(after)] !== undefined

/** Names tell more than types, types more than places. */
const rankOf = ({ name, after }: ComparedColumn, at: number): number => nameRank(name) * 1e8 + (KINDS[columnKind(after)] ?? 9) * 1e6 + at

function nameRank(name: string): number {
  if (/^(id|key|uuid|guid|pk|_id)$/i.test(name)) return 0
  if (/([_\s-](id|key|uuid|guid|pk)$)|(^id[_\s-])/i.test(name) || /[a-z](Id|ID|Key)$/.test(name)) return 1
  return /(code|number|nr|no|name|date|day|month|year|time|at)$/i.test(name) ? 2 : 3
}
