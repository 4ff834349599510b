/** Run to stop: which run *Stop this cell* means: the one that is seen to run it; else, of those that are still to, the first that will. Pure. */
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { waitsFirst } from '#lib/domain/queue.ts'
import type { FeedState } from './fold-feed.ts'

export function runToStop({ cells, openRuns }: Pick<FeedState, 'cells' | 'openRuns'>, id: CellId): RunId | null {
  const newest = cells.get(id)?.newest
  if (newest?.cell.state === 'running') return newest.run.id
  const waiting = [...openRuns.values()].filter((run) => run.cells.some((cell) => cell.cellId === id && cell.state === 'queued'))
  const going = waiting.find(({ state }) => state !== 'queued')
  return (going ?? waiting.sort(waitsFirst)[0])?.id ?? null
}
