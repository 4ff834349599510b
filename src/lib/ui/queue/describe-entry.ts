/** A run of the queue in words: what it runs, how it stands, and what is expected of it. */
import type { QueueEntry } from '#lib/domain/queue.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { Run } from '#lib/domain/run.ts'
import { clock, expected } from '../run/describe-run.ts'

/** `numberOf` gives a cell's number on the page, null when it is not there any more. */
export function describeWhat({ cells, scope }: Run, numberOf: (id: CellId) => number | null): string {
  if (scope.kind === 'whole-result') {
    const number = numberOf(scope.cellId)
    return `All rows of a table of ${number === null ? 'a deleted cell' : `cell ${number}`}`
  }
  const [only] = cells
  if (cells.length !== 1 || only === undefined) return `${cells.length} cells`
  const number = numberOf(only.cellId)
  const line = only.source.trim().split('\n')[0]?.slice(0, 60) ?? ''
  return `${number === null ? 'A deleted cell' : `Cell ${number}`}${line === '' ? '' : `: ${line}`}`
}

export function describeStanding({ run, position, expectedMs, startsInMs }: QueueEntry, now: number): string {
  if (position !== null) {
    const starts = startsInMs === null ? '' : `, starts in about ${clock(Math.max(1000, startsInMs))}`
    return `${nth(position)} in line${starts}${expectedMs === null ? '' : `, takes about ${clock(Math.max(1000, expectedMs))}`}`
  }
  if (run.state === 'starting') return 'Starting the kernel…'
  const spent = run.startedAt === null ? 0 : Math.max(0, now - Date.parse(run.startedAt))
  const done = run.cells.filter((cell) => cell.finishedAt !== null).length
  const step = run.cells.length <= 1 ? '' : `, cell ${Math.min(done + 1, run.cells.length)} of ${run.cells.length}`
  return `${run.state === 'cancelling' ? 'Stopping' : 'Running'} ${clock(spent)}${expected(spent, expectedMs)}${step}`
}

export function nth(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`
}
