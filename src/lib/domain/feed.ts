/**
 * Feed: the numbered stream of what happened in a notebook. Run events and outputs share one line of
 * numbers per notebook (`seq`, from 1, without gaps), so "from seq n" is all that a returning tab needs.
 * `foldFeed` (src/lib/live) applies each seq once and in order.
 */
import type { CellHistory } from './cell-history.ts'
import type { TraceLink } from './error-trace.ts'
import type { CellId, ResultId, RunId, ThreadId, VersionId } from './ids.ts'
import type { Run, RunCellState, RunState } from './run.ts'
import type { ResultColumn } from './result.ts'
import type { CutBy } from './row-limit.ts'

export type FeedEvent =
  | { kind: 'run.requested'; run: Run }
  | { kind: 'run.changed'; runId: RunId; state: RunState; reason: string | null; at: string }
  | { kind: 'cell.changed'; runId: RunId; cellId: CellId; state: RunCellState; executionCount: number | null; at: string }
  | { kind: 'output.added'; runId: RunId; cellId: CellId; output: Output }
  /** How far a table is that is loaded whole; what the cell shows is as it was. */
  | { kind: 'result.progress'; runId: RunId; resultId: ResultId; progress: Progress; at: string }
  | { kind: 'thread.changed'; threadId: ThreadId; at: string }
  | { kind: 'version.added'; versionId: VersionId; at: string }
  /** Somebody ordered what waits: these runs, in their order now. */
  | { kind: 'queue.changed'; runIds: RunId[]; at: string }
  | { kind: 'kernel.changed'; state: KernelFeedState; reason: string | null; at: string }

export type KernelFeedState = 'starting' | 'idle' | 'busy' | 'dead' | 'stopped'

export interface FeedRow {
  seq: number
  event: FeedEvent
}

/** What a page is painted from before the stream begins: the newest run of each cell and every open run, each once, as of `seq`. */
export interface FeedSnapshot {
  seq: number
  kernel: { state: KernelFeedState; reason: string | null }
  runs: Run[]
  /** Outputs of those runs in the order of the feed; updates and clears already in it are folded by the reader. */
  outputs: { runId: RunId; cellId: CellId; output: Output }[]
  /** What is known of each cell that ever ran well. */
  history: CellHistory[]
}

/**
 * What a guest of a link is shown: nothing of cells that are gone, and of each run only the cells for which it is shown, as
 * its others may have been written anew and run again since. `newest`: those pairs.
 */
export function ofCells(snapshot: FeedSnapshot, cellIds: readonly CellId[], newest: readonly { runId: RunId; cellId: string }[]): FeedSnapshot {
  const here = new Set(cellIds)
  const pairs = new Set(newest.map(({ runId, cellId }) => `${runId} ${cellId}`))
  const isHere = ({ cellId }: { cellId: CellId }): boolean => here.has(cellId)
  const shown = (run: Run): Run => {
    const cells = run.cells.filter((cell) => isHere(cell) && pairs.has(`${run.id} ${cell.cellId}`))
    // Why it failed is what that cell said.
    const isOfOthers = run.cells.some((cell) => cell.state === 'failed' && !cells.includes(cell))
    return { ...run, cells, reason: isOfOthers ? null : run.reason }
  }
  return {
    ...snapshot, outputs: snapshot.outputs.filter(isHere), history: snapshot.history.filter(isHere),
    runs: snapshot.runs.map(shown).filter(({ cells, finishedAt }) => cells.length > 0 || finishedAt === null),
  }
}

/** What a cell shows. Text streams are joined on screen (`back`: the cursor, see terminal-text); `clear` drops what came before it in the same run and cell. */
export type Output =
  | { kind: 'stream'; name: 'stdout' | 'stderr'; text: string; back?: number }
  | OmittedText
  | { kind: 'display'; data: MimeBundle; displayId: string | null; isUpdate: boolean; size?: PictureSize }
  | { kind: 'result'; resultId: ResultId; columns: ResultColumn[]; rows: number; truncated: boolean; text: string; cutBy?: CutBy; wholeOf?: ResultId }
  | { kind: 'error'; name: string; message: string; frames: string[]; jvmTrace: string | null; trace?: TraceLink[] }
  | Progress
  | { kind: 'notice'; text: string }
  | { kind: 'clear' }

export type Progress = { kind: 'progress'; stages: { id: number; tasks: number; done: number; bytes: number }[]; note?: string }

/**
 * Stands where text was left out: from here on only the end of what is printed is shown, at most TAIL_CHARS of it.
 * One per cell; a later one takes the place of the earlier with newer counts.
 */
export type OmittedText = {
  kind: 'omitted'
  runId: RunId
  /** Where the whole is kept; null when the store did not take it. */
  textId: string | null
  /** All that was printed, and what of it is kept. */
  chars: number
  keptBytes: number
  /** What comes next does not follow on what is shown last, which goes. */
  isJump: boolean
}

/** In pixels of the page, where whoever made the picture said so. */
export interface PictureSize {
  width?: number
  height?: number
}

/** MIME type → text (pictures base64), as the kernel gave it; capped by the worker. */
export type MimeBundle = Record<string, string>
