/**
 * What is asked of a kernel between cells, and its answers: completion, a look at a name, variables, the catalog of
 * SQL names, and how the process does. Offsets count as JavaScript counts (UTF-16), whatever Python counts.
 */
export type KernelQuestion =
  | { kind: 'complete'; code: string; cursor: number }
  | { kind: 'inspect'; code: string; cursor: number }
  | { kind: 'variables' }
  | { kind: 'catalog' }
  /** Answered by the worker that watches the process, also while it is busy. */
  | { kind: 'meter' }

export const CODE_MAX = 200_000
/** Longer lists help nobody: what is typed next narrows them. */
export const COMPLETIONS_MAX = 400

export interface Completion {
  /** What comes in place of `start` to `end` of the answer. */
  text: string
  /** As Jupyter names kinds: function, class, module, instance, attribute, param, keyword, magic, path … */
  type: string
  signature: string
}

export interface Completions {
  start: number
  end: number
  items: Completion[]
}

/** A name as its object describes itself; null fields where it says nothing. */
export interface Inspection {
  signature: string | null
  type: string | null
  doc: string | null
}

export interface Variable {
  name: string
  type: string
  /** Length or rows × columns; null where there is none, or finding out would take work. */
  shape: string | null
  bytes: number | null
  preview: string | null
}

export interface Variables {
  variables: Variable[]
  /** There are more than were looked at. */
  isCut: boolean
}

export interface CatalogTable {
  /** Null: it needs no schema before its name. */
  schema: string | null
  name: string
  isView: boolean
  columns: { name: string; type: string }[]
}

export interface Catalog {
  tables: CatalogTable[]
  /** False: more is on its way; ask again in a moment. */
  isComplete: boolean
}

export interface KernelMeter {
  /** Resident memory of the process and what it started, and the most there ever was. */
  bytes: number
  peakBytes: number
  limitBytes: number | null
  /** Of one core: 200 means that two are full. */
  cpuPercent: number
}

/** Python counts letters, JavaScript counts halves of the rare ones. */
export const toCodePoints = (text: string, offset: number): number => [...text.slice(0, offset)].length

export function fromCodePoints(text: string, count: number): number {
  let offset = 0
  for (let left = count; left > 0 && offset < text.length; left -= 1) offset += text.codePointAt(offset)! > 0xffff ? 2 : 1
  return offset
}
