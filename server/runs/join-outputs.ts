/**
 * Makes a snapshot's outputs fewer without changing what a reader folds from them: adjacent pieces of one stream
 * become one, what a `clear` dropped is left out, and of progress only the newest stays. Pure.
 */
import type { Output } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'

export interface ShownOutput {
  runId: RunId
  cellId: CellId
  output: Output
}

export function joinOutputs(rows: readonly ShownOutput[]): ShownOutput[] {
  const byCell = Map.groupBy(rows, (row) => `${row.runId} ${row.cellId}`)
  const kept = new Set([...byCell.values()].flatMap(dropCleared))
  return joinStreams(rows.filter((row) => kept.has(row)))
}

/** The clear itself stays: it tells the reader that this run has begun to show something. */
function dropCleared(rows: ShownOutput[]): ShownOutput[] {
  const cleared = rows.slice(Math.max(0, rows.findLastIndex((row) => row.output.kind === 'clear')))
  const progress = cleared.findLast((row) => row.output.kind === 'progress')
  return cleared.filter((row) => row.output.kind !== 'progress' || row === progress)
}

function joinStreams(rows: ShownOutput[]): ShownOutput[] {
  const joined: ShownOutput[] = []
  for (const row of rows) {
    const last = joined.at(-1)
    if (last !== undefined && isSameStream(last, row)) joined[joined.length - 1] = { ...last, output: append(last.output, row.output) }
    else joined.push(row)
  }
  return joined
}

const isSameStream = (a: ShownOutput, b: ShownOutput): boolean =>
  a.runId === b.runId && a.cellId === b.cellId && a.output.kind === 'stream' && b.output.kind === 'stream' && a.output.name === b.output.name

const append = (a: Output, b: Output): Output => (a.kind === 'stream' && b.kind === 'stream' ? { ...a, text: a.text + b.text } : b)
