/** Two texts of one notebook, cell by cell: what came, went, moved, changed its kind, its words or what stands beside them. Removed cells stand where they stood. */
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { diffSettings, haveOtherViews, isOther, type CellSetting } from './diff-settings.ts'

export interface CellChange {
  id: CellId
  /** Place in the text it is in, counted from 1: in the later one unless it is gone. */
  number: number
  state: 'same' | 'changed' | 'added' | 'removed'
  isMoved: boolean
  /** Set when the kind changed. */
  kindBefore: CellKind | null
  kind: CellKind
  before: string
  after: string
  settings: CellSetting[]
  hasOtherViews: boolean
}

export interface NotebookChange {
  titleBefore: string | null
  title: string
  cells: CellChange[]
}

export function diffNotebooks(before: NotebookText, after: NotebookText): NotebookChange {
  const [then, now] = [indexOf(before), indexOf(after)]
  const stays = unmoved(after.cells.map(({ id }) => then.get(id)?.at ?? -1))
  const cells = after.cells.map((cell, i) => compare(then.get(cell.id)?.cell, cell, i + 1, then.has(cell.id) && !stays.has(i)))
  before.cells.forEach((cell, i) => {
    if (now.has(cell.id)) return
    const previous = before.cells[i - 1]
    const at = previous === undefined ? 0 : cells.findIndex(({ id }) => id === previous.id) + 1
    cells.splice(at, 0, { id: cell.id, number: i + 1, state: 'removed', isMoved: false, kindBefore: null, kind: cell.kind, before: cell.source, after: '', settings: diffSettings(cell, undefined), hasOtherViews: false })
  })
  return { titleBefore: before.title === after.title ? null : before.title, title: after.title, cells }
}

function compare(then: Cell | undefined, now: Cell, number: number, isMoved: boolean): CellChange {
  const { id, kind, source } = now
  const beside = { settings: diffSettings(then, now), hasOtherViews: haveOtherViews(then, now) }
  if (then === undefined) return { id, number, state: 'added', isMoved: false, kindBefore: null, kind, before: '', after: source, ...beside }
  const change: CellChange = { id, number, state: 'changed', isMoved, kindBefore: then.kind === kind ? null : then.kind, kind, before: then.source, after: source, ...beside }
  return isMoved || hasOtherContent(change) ? change : { ...change, state: 'same' }
}

/** More than its place, which a cell that is restored alone keeps. */
export const hasOtherContent = (change: CellChange): boolean => change.state === 'removed' || change.kindBefore !== null || hasOtherWords(change)

/** Its text, or what stands beside it. */
export const hasOtherWords = ({ before, after, settings, hasOtherViews }: CellChange): boolean => before !== after || settings.some(isOther) || hasOtherViews

const indexOf = ({ cells }: NotebookText): Map<CellId, { cell: Cell; at: number }> => new Map(cells.map((cell, at) => [cell.id, { cell, at }]))

/** Places of the longest run of earlier places that rises: those cells did not move, the others went around them. */
function unmoved(places: readonly number[]): Set<number> {
  const tails: number[] = []
  const before: number[] = []
  places.forEach((place, i) => {
    before.push(-1)
    if (place === -1) return
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (places[tails[middle]!]! < place) low = middle + 1
      else high = middle
    }
    before[i] = tails[low - 1] ?? -1
    tails[low] = i
  })
  const stays = new Set<number>()
  for (let i = tails.at(-1) ?? -1; i !== -1; i = before[i]!) stays.add(i)
  return stays
}

export type Stretch = { kind: 'same' | 'changes'; cells: CellChange[] }

/** Neighbouring unchanged cells together, to be folded away. */
export function stretchesOf(cells: readonly CellChange[]): Stretch[] {
  const stretches: Stretch[] = []
  for (const cell of cells) {
    const kind = cell.state === 'same' ? 'same' : 'changes'
    const last = stretches.at(-1)
    if (last?.kind === kind) last.cells.push(cell)
    else stretches.push({ kind, cells: [cell] })
  }
  return stretches
}
