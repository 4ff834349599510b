/**
 * Compare schema: what became of the columns from one table to another, and how the values of a column that both have are
 * compared. Columns are the same by their name, to the letter. [COMPARE1] A column counts as moved only if fewer moves would not do.
 */
import { columnKind, isNumeric, type ResultColumn } from './result.ts'

export interface SchemaChange {
  added: ResultColumn[]
  removed: ResultColumn[]
  retyped: { name: string; before: string; after: string; as: CompareAs }[]
  moved: string[]
}

/** `same`: as they are. After another type: exact numbers, doubles, instants, or what is written. */
export type CompareAs = 'same' | 'number' | 'double' | 'instant' | 'text'

export interface ComparedColumn {
  name: string
  before: string
  after: string
  as: CompareAs
}

/** The columns that both have, in the order of the later one. */
export function sharedColumns(before: readonly ResultColumn[], after: readonly ResultColumn[]): ComparedColumn[] {
  const types = new Map(before.map(({ name, type }) => [name, type]))
  return after.flatMap(({ name, type }) => {
    const was = types.get(name)
    return was === undefined ? [] : [{ name, before: was, after: type, as: compareAs(was, type) }]
  })
}

export function compareSchemas(before: readonly ResultColumn[], after: readonly ResultColumn[]): SchemaChange {
  const shared = sharedColumns(before, after)
  const isShared = new Set(shared.map(({ name }) => name))
  return {
    added: after.filter(({ name }) => !isShared.has(name)),
    removed: before.filter(({ name }) => !isShared.has(name)),
    retyped: shared.filter((column) => !isSameType(column.before, column.after)).map(({ name, before: was, after: is, as }) => ({ name, before: was, after: is, as })),
    moved: movedOf(before.map(({ name }) => name).filter((name) => isShared.has(name)), shared.map(({ name }) => name)),
  }
}

export const isSameSchema = ({ added, removed, retyped, moved }: SchemaChange): boolean => added.length + removed.length + retyped.length + moved.length === 0

const plain = (type: string): string => type.trim().toLowerCase().replaceAll(/\s+/g, '')
const isSameType = (before: string, after: string): boolean => before === after || (plain(before) === plain(after) && columnKind(before) !== 'nested')

export function compareAs(before: string, after: string): CompareAs {
  if (isSameType(before, after)) return 'same'
  const [was, is] = [columnKind(before), columnKind(after)]
  if (isNumeric(was) && isNumeric(is)) return was === 'float' || is === 'float' ? 'double' : 'number'
  const isInstant = (kind: string): boolean => kind === 'date' || kind === 'timestamp'
  return isInstant(was) && isInstant(is) ? 'instant' : 'text'
}

/** Those outside a longest run of names that both lists have in the same order. */
function movedOf(before: readonly string[], after: readonly string[]): string[] {
  const place = new Map(before.map((name, at) => [name, at]))
  const stays = longestRise(after.map((name) => place.get(name) ?? 0))
  return after.filter((_, at) => !stays.has(at))
}

/** Places of a longest rising part of numbers that are all different. */
function longestRise(numbers: readonly number[]): Set<number> {
  /** By length: the place at which a rise of that length ends lowest. */
  const ends: number[] = []
  const previous: number[] = []
  for (const [at, number] of numbers.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1
      else high = middle
    }
    previous[at] = low === 0 ? -1 : (ends[low - 1] ?? -1)
    ends[low] = at
  }
  const rise = new Set<number>()
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) rise.add(at)
  return rise
}
