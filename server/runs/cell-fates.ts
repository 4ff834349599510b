/**
 * What becomes of a run's open cells when the run comes to a state. Pure. A running cell shares the run's fate; one
 * that waited is skipped once another has begun, else it shares it too; where the run failed before any began, the
 * first says so for the rest. Queued again, every cell begins anew.
 */
import type { CellId } from '#lib/domain/ids.ts'
import type { RunCellState, RunState } from '#lib/domain/run.ts'

interface OpenCell { cellId: CellId; state: RunCellState }

export function cellFates(cells: readonly OpenCell[], runState: RunState): OpenCell[] {
  if (runState === 'queued') return cells.filter((cell) => cell.state !== 'queued').map(({ cellId }) => ({ cellId, state: 'queued' }))
  const hasBegun = cells.some((cell) => cell.state !== 'queued')
  return cells.flatMap(({ cellId, state }, at): OpenCell[] => {
    if (state === 'running') return [{ cellId, state: shared(runState) }]
    if (state !== 'queued') return []
    const isSkipped = hasBegun || runState === 'succeeded' || (runState === 'failed' && at > 0)
    return [{ cellId, state: isSkipped ? 'skipped' : shared(runState) }]
  })
}

function shared(runState: RunState): RunCellState {
  if (runState === 'succeeded' || runState === 'failed' || runState === 'cancelled' || runState === 'lost') return runState
  throw new Error(`a run that is ${runState} settles no cell`)
}
