/** Column geometry: where the shown columns of a grid stand, which of them stay at its left edge, and which are in view. */
import type { ColumnLayout } from '#lib/domain/table-view.ts'
import { columnsInView, leftsOf } from './grid-geometry.ts'

/** More than this part of the grid is not held: nothing would be left to scroll. */
const HELD_PART = 0.6

export interface Geometry {
  /** Places in the table, as the columns stand. */
  shown: readonly number[]
  /** One more than there are columns: the whole width. */
  lefts: readonly number[]
  /** So many stay at the left edge. */
  held: number
  heldPx: number
  /** Positions that are drawn: the held ones, and those in view. */
  heldAt: readonly number[]
  scrolledAt: readonly number[]
}

const range = (first: number, end: number): number[] => Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at)

export function geometryOf({ shown, pinned }: ColumnLayout, widthOf: (column: number) => number): Pick<Geometry, 'shown' | 'lefts'> & { pinned: number } {
  return { shown, lefts: leftsOf(shown.map(widthOf)), pinned }
}

export function geometryInView({ shown, lefts, pinned }: ReturnType<typeof geometryOf>, scrollLeft: number, viewPx: number): Geometry {
  const pinnedPx = lefts[pinned] ?? 0
  const held = pinnedPx <= viewPx * HELD_PART ? pinned : 0
  const heldPx = lefts[held] ?? 0
  const { first, end } = columnsInView(lefts, scrollLeft + heldPx, viewPx - heldPx)
  return { shown, lefts, held, heldPx, heldAt: range(0, held), scrolledAt: range(Math.max(first, held), end) }
}

/** Which position is under a point of the grid. */
export function positionAt({ lefts, heldPx, held }: Geometry, x: number, scrollLeft: number): number {
  const [from, to, place] = x < heldPx ? [0, held, x] : [held, lefts.length - 1, x + scrollLeft]
  let at = from
  while (at < to - 1 && (lefts[at + 1] ?? 0) <= place) at += 1
  return at
}
