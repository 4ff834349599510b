/** What becomes of a run's open cells when it ends. */
import { describe, expect, it } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import type { RunCellState, RunState } from '#lib/domain/run.ts'
import { cellFates } from '#server/runs/cell-fates.ts'

const fates = (cells: RunCellState[], runState: RunState) => cellFates(cells.map((state, at) => ({ cellId: `c${at}` as CellId, state })), runState).map(({ cellId, state }) => `${cellId} ${state}`)

describe('open cells at the end of a run', () => {
  it('share its fate while they run, and are skipped behind one that has begun', () => {
    expect(fates(['succeeded', 'running', 'queued'], 'lost')).toEqual(['c1 lost', 'c2 skipped'])
    expect(fates(['failed', 'queued'], 'failed')).toEqual(['c1 skipped'])
  })

  it('share it where none has begun; of a failed run the first says why, and the rest that one before failed', () => {
    expect(fates(['queued', 'queued'], 'cancelled')).toEqual(['c0 cancelled', 'c1 cancelled'])
    expect(fates(['queued', 'queued'], 'failed')).toEqual(['c0 failed', 'c1 skipped'])
  })

  it('begin anew when the run waits again', () => expect(fates(['failed', 'running', 'queued'], 'queued')).toEqual(['c0 queued', 'c1 queued']))
})
