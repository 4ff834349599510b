/**
 * Past: a notebook as it stood at an instant. Stops are the instants at which something became different: a version of its
 * text was taken, or a run ended. [PAST1] At an instant stands the newest text taken by then, and of each cell what its newest run
 * that had ended by then showed. That run may have run another text than the one that stands: then both are told.
 */
import type { CellKind } from './cell.ts'
import type { Output } from './feed.ts'
import type { CellId, ResultId, RunId, VersionId } from './ids.ts'
import type { ParameterValue } from './parameter.ts'
import type { EndState, RunCause, RunCellState } from './run.ts'

export type Stop =
  | { kind: 'version'; at: string; id: VersionId; name: string | null; people: string[] }
  | { kind: 'run'; at: string; id: RunId; state: EndState; cause: RunCause; by: string | null; cells: number }

/** Of versions and of runs, the newest; further back the slider has no stops. */
export const STOPS_OF_EACH = 1000

export interface PastCell {
  id: CellId
  kind: CellKind
  /** As the text had it; null when no text from then is kept, and for a cell that was not in it. */
  source: string | null
  /** Of an input: what it was set to then; absent where nobody had set it. */
  value?: ParameterValue
  ran: { runId: RunId; source: string; state: RunCellState; finishedAt: string } | null
  outputs: Output[]
  /** Tables among the outputs that the workspace's rule removed since. */
  gone: ResultId[]
}

export interface Past {
  asOf: string
  /** Of the text; null when none from then is kept. */
  version: { id: VersionId; name: string | null; at: string } | null
  title: string
  cells: PastCell[]
}

/** Oldest first. Of those in one millisecond, which is as fine as an address is, the last alone; a run comes after a text. */
export const orderStops = (stops: readonly Stop[]): Stop[] =>
  stops.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.kind === b.kind ? 0 : a.kind === 'version' ? -1 : 1)).filter((stop, at, all) => stop.at !== all[at + 1]?.at)

/** The place of the newest stop that is not after an instant; the first one when all are. */
export function stopAt(stops: readonly Stop[], asOf: string): number {
  const instant = Date.parse(asOf)
  let [low, high] = [0, stops.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (Date.parse(stops[middle]?.at ?? '') <= instant) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** What was shown comes from another text than the one that stood. */
export const isOfOtherText = ({ source, ran }: PastCell): boolean => source !== null && ran !== null && ran.source !== source
