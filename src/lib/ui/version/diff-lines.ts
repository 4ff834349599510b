/**
 * Two texts as aligned lines: what is the same stands beside itself, a changed line beside what it became with the words
 * that differ marked, and a line that came or went beside nothing.
 */
import { diffArrays, diffWordsWithSpace } from 'diff'

export interface Words {
  text: string
  isMarked: boolean
}

export interface LineRow {
  kind: 'same' | 'changed' | 'removed' | 'added'
  left: Words[] | null
  right: Words[] | null
}

const LINE_EDITS_MAX = 3_000
/** Longer lines are marked as a whole. */
const WORDS_MAX = 2_000

export function diffLines(before: string, after: string): LineRow[] {
  const [left, right] = [linesOf(before), linesOf(after)]
  const parts = diffArrays(left, right, { maxEditLength: LINE_EDITS_MAX }) ?? [{ value: left, removed: true, added: false }, { value: right, added: true, removed: false }]
  const rows: LineRow[] = []
  for (let i = 0; i < parts.length; i += 1) {
    const [part, next] = [parts[i]!, parts[i + 1]]
    if (!part.added && !part.removed) rows.push(...part.value.map(sameRow))
    else if (next !== undefined && part.removed !== next.removed && (next.added || next.removed)) {
      rows.push(...pairUp(part.removed ? part.value : next.value, part.removed ? next.value : part.value))
      i += 1
    } else rows.push(...pairUp(part.removed ? part.value : [], part.added ? part.value : []))
  }
  return rows
}

/** Lines that went beside lines that came, one by one; what is over stands alone. */
function pairUp(gone: string[], come: string[]): LineRow[] {
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, i): LineRow => {
    const [left, right] = [gone[i], come[i]]
    if (left === undefined) return { kind: 'added', left: null, right: [{ text: right ?? '', isMarked: false }] }
    if (right === undefined) return { kind: 'removed', left: [{ text: left, isMarked: false }], right: null }
    return { kind: 'changed', ...diffWords(left, right) }
  })
}

function diffWords(left: string, right: string): { left: Words[]; right: Words[] } {
  if (left.length + right.length > WORDS_MAX) return { left: [{ text: left, isMarked: true }], right: [{ text: right, isMarked: true }] }
  const parts = diffWordsWithSpace(left, right)
  const side = (isLeft: boolean): Words[] => parts.filter((part) => !(isLeft ? part.added : part.removed)).map(({ value, added, removed }) => ({ text: value, isMarked: added || removed }))
  return { left: side(true), right: side(false) }
}

const sameRow = (text: string): LineRow => ({ kind: 'same', left: [{ text, isMarked: false }], right: [{ text, isMarked: false }] })
const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n'))

/** A run of unchanged lines that may be folded, or a row to show. `from` numbers the rows. */
export type Fold = { kind: 'rows'; from: number; rows: LineRow[] } | { kind: 'folded'; from: number; rows: LineRow[] }

const CONTEXT = 3

/** Unchanged lines far from any change are folded away; a few beside each change stay. */
export function foldSame(rows: readonly LineRow[]): Fold[] {
  const isNear = rows.map((_row, i) => rows.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some((row) => row.kind !== 'same'))
  const folds: Fold[] = []
  rows.forEach((row, i) => {
    const kind = isNear[i] ? 'rows' : 'folded'
    const last = folds.at(-1)
    if (last?.kind === kind) last.rows.push(row)
    else folds.push({ kind, from: i, rows: [row] })
  })
  return folds.map((fold) => (fold.kind === 'folded' && fold.rows.length === 1 ? { ...fold, kind: 'rows' } : fold))
}
