/**
 * Error trace: an error as data: the links of its chain, the error itself first, each with its frames, the innermost
 * last. It comes from the kernel, where anybody's code can imitate it, so it is read field by field. Pure.
 */
import { isCellId, type CellId } from './ids.ts'

export interface TraceFrame {
  /** The cell whose text this is; null for a library, and for a cell that is not known any more. */
  cellId: CellId | null
  isOwn: boolean
  file: string
  line: number
  function: string | null
  /** Line numbers with their text. */
  code: [number: number, text: string][]
  /** Columns of the part of the line that failed. */
  mark: [from: number, to: number] | null
  /** How many more times the same frame follows. */
  repeats: number
  /** How many frames are left out before it. */
  skipped: number
}

export interface TraceLink {
  name: string
  message: string
  /** How it hangs on the link that it belongs to. */
  relation: 'cause' | 'context' | 'member' | null
  /** Of a member of a group, below how many groups it is. */
  depth: number
  notes: string[]
  frames: TraceFrame[]
}

const LINKS_MAX = 20
const FRAMES_MAX = 100
const LINES_MAX = 20
const TEXT_MAX = 20_100
const LINE_MAX = 500
const COUNT_MAX = 1_000_000

export function readTrace(given: unknown): TraceLink[] | null {
  if (!Array.isArray(given)) return null
  const links = given.slice(0, LINKS_MAX).map(readLink)
  return links.length === 0 ? null : links
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {})
const text = (value: unknown, most = TEXT_MAX): string => (typeof value === 'string' ? value.slice(0, most) : '')
const list = (value: unknown, most: number): unknown[] => (Array.isArray(value) ? value.slice(0, most) : [])
const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.min(COUNT_MAX, Math.floor(value)) : 0)

function readLink(given: unknown): TraceLink {
  const { name, message, relation, depth, notes, frames } = record(given)
  return {
    name: text(name, 200), message: text(message), depth: Math.min(10, count(depth)),
    relation: relation === 'cause' || relation === 'context' || relation === 'member' ? relation : null,
    notes: list(notes, LINES_MAX).map((note) => text(note)), frames: list(frames, FRAMES_MAX).map(readFrame),
  }
}

function readFrame(given: unknown): TraceFrame {
  const { cell, own, file, line, function: name, code, mark, repeats, skipped } = record(given)
  const [from, to] = list(mark, 2).map(count)
  return {
    cellId: typeof cell === 'string' && isCellId(cell) ? (cell as CellId) : null, isOwn: own === true, file: text(file, LINE_MAX), line: count(line),
    function: typeof name === 'string' ? name.slice(0, 200) : null,
    code: list(code, LINES_MAX).map((one) => [count(list(one, 2)[0]), text(list(one, 2)[1], LINE_MAX)]),
    mark: from !== undefined && to !== undefined && to > from ? [from, to] : null, repeats: count(repeats), skipped: count(skipped),
  }
}

/** Where a person looks first: the innermost frame of their own text. */
export function ownPlace(links: readonly TraceLink[]): TraceFrame | null {
  for (const link of links) {
    const own = link.frames.findLast((frame) => frame.isOwn && frame.line > 0)
    if (own !== undefined) return own
  }
  return null
}
