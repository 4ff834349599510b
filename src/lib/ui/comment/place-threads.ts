/**
 * Place threads: where each thread stands in the notebook now, in the order of reading. A thread whose place is gone
 * comes last and says what is gone; it is never dropped. Pure: positions in a text are asked for.
 */
import { CELL_KIND_LABELS, type CellKind } from '#lib/domain/cell.ts'
import type { CommentThread } from '#lib/domain/comment.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { TextAnchor, TextRange } from '#lib/document/text-anchor.ts'

export interface PlacedThread {
  thread: CommentThread
  /** “Cell 3, SQL”, “Output of cell 3”; empty when the cell is gone. */
  place: string
  /** What is not there any more, in a sentence; null when the place stands. */
  loss: string | null
  range: TextRange | null
}

export interface Places {
  cells: readonly { id: CellId; kind: CellKind }[]
  /** Null while the document is not there yet: then nothing is said to be gone. */
  findText: ((cellId: CellId, anchor: TextAnchor) => TextRange | null) | null
  /** The run whose outputs the cell shows, and the results among them. */
  shownRun: (cellId: CellId) => { runId: RunId; resultIds: readonly string[] } | null
}

const TEXT_GONE = 'The text is gone'

export function placeThreads(threads: readonly CommentThread[], places: Places): PlacedThread[] {
  const order = new Map(places.cells.map((cell, at) => [cell.id, at]))
  const rank = ({ thread, loss, range }: PlacedThread): [number, number] => [
    order.get(thread.cellId) ?? Infinity,
    loss !== null && range === null ? 1e12 : thread.anchor.kind === 'text' ? 1 + (range?.start ?? 0) : thread.anchor.kind === 'cell' ? 0 : 1e9,
  ]
  return threads.map((thread) => placeOne(thread, places, order.get(thread.cellId))).sort((a, b) => {
    const [[cellA, inA], [cellB, inB]] = [rank(a), rank(b)]
    return (cellA === cellB ? 0 : cellA - cellB) || inA - inB || a.thread.createdAt.localeCompare(b.thread.createdAt)
  })
}

function placeOne(thread: CommentThread, { cells, findText, shownRun }: Places, at: number | undefined): PlacedThread {
  const { anchor, cellId } = thread
  if (at === undefined) return { thread, place: '', loss: anchor.kind === 'text' ? TEXT_GONE : 'The cell is gone', range: null }
  const kind = cells[at]?.kind ?? 'python'
  const name = `Cell ${at + 1}, ${CELL_KIND_LABELS[kind]}`
  const shown = shownRun(cellId)
  switch (anchor.kind) {
    case 'cell': return { thread, place: name, loss: null, range: null }
    case 'text': {
      const range = findText?.(cellId, anchor) ?? null
      return { thread, place: name, loss: range === null && findText !== null ? TEXT_GONE : null, range }
    }
    case 'output': return { thread, place: `Output of cell ${at + 1}`, loss: shown?.runId === anchor.runId ? null : 'This output was of an earlier run', range: null }
    case 'row': {
      const isShown = shown?.resultIds.includes(anchor.resultId) ?? false
      return { thread, place: `Row ${anchor.row + 1} in the output of cell ${at + 1}`, loss: isShown ? null : 'This row was of an earlier run', range: null }
    }
  }
}
