/**
 * The smallest edits that turn one text into another, so that what somebody types meanwhile elsewhere in it stays where
 * it belongs. Long texts are compared by lines first and by characters only where lines differ; what is too unlike for
 * that is replaced whole. Never cuts between the two halves of a character: Yjs would spoil both.
 */
import { diffArrays, diffChars, type ChangeObject } from 'diff'
import type * as Y from 'yjs'

export interface TextEdit {
  /** Where, in the text as the edits before it left it. */
  at: number
  remove: number
  insert: string
}

/** Texts up to this length together are compared by characters at once. */
const SHORT = 4_000
const CHARACTER_EDITS_MAX = 1_000
const LINE_EDITS_MAX = 2_000

/** Left to right. */
export const editsBetween = (from: string, to: string): TextEdit[] => toEdits(compare(from, to))

function toEdits(parts: Part[]): TextEdit[] {
  const edits: TextEdit[] = []
  let at = 0
  for (const { value, added, removed } of parts) {
    if (removed) edits.push({ at, remove: value.length, insert: '' })
    else if (added) edits.push({ at, remove: 0, insert: value })
    if (!removed) at += value.length
  }
  return edits
}

export const writeText = (text: Y.Text, to: string): void => write(text, to, compare)

/** No line is changed within: where two people change one at once, both of theirs stand there, whole. */
export const writeLines = (text: Y.Text, to: string): void => write(text, to, (from, into) => compareLines(from, into) ?? replaced(from, into))

function write(text: Y.Text, to: string, between: (from: string, to: string) => Part[]): void {
  const from = text.toString()
  // Something that is no text was put in by a client of its own making: positions would not match.
  const isPlain = from.length === text.length
  const edits = isPlain ? toEdits(between(from, to)) : [{ at: 0, remove: text.length, insert: to }]
  for (const { at, remove, insert } of edits) {
    if (remove > 0) text.delete(at, remove)
    if (insert !== '') text.insert(at, insert)
  }
}

type Part = Pick<ChangeObject<string>, 'value' | 'added' | 'removed'>

function compare(from: string, to: string): Part[] {
  if (from === to) return [same(from)]
  if (from.length + to.length <= SHORT) return diffChars(from, to, { maxEditLength: CHARACTER_EDITS_MAX }) ?? replaced(from, to)
  const lines = compareLines(from, to)
  return lines === undefined ? replaced(from, to) : joinPairs(lines)
}

const compareLines = (from: string, to: string): Part[] | undefined =>
  diffArrays(splitLines(from), splitLines(to), { maxEditLength: LINE_EDITS_MAX })?.map(({ value, added, removed }) => ({ value: value.join(''), added, removed }))

/** Lines that went beside lines that came: compared by characters when they are short. */
function joinPairs(parts: Part[]): Part[] {
  const joined: Part[] = []
  for (let i = 0; i < parts.length; i += 1) {
    const [part, next] = [parts[i]!, parts[i + 1]]
    const isPair = next !== undefined && ((part.removed && next.added) || (part.added && next.removed))
    if (!isPair) {
      joined.push(part)
      continue
    }
    const [gone, come] = part.removed ? [part, next] : [next, part]
    joined.push(...(gone.value.length + come.value.length <= SHORT ? compare(gone.value, come.value) : [gone, come]))
    i += 1
  }
  return joined
}

const splitLines = (text: string): string[] => text.split(/(?<=\n)/)
const same = (value: string): Part => ({ value, added: false, removed: false })
const replaced = (from: string, to: string): Part[] => [{ value: from, added: false, removed: true }, { value: to, added: true, removed: false }]
