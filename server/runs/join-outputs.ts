/**
 * Makes a snapshot's outputs fewer without changing what a reader folds from them: each cell's rows are folded here as
 * its page would. An update reaches displays of every cell, so all rows are taken in their order. Pure.
 */
import type { Output } from '#lib/domain/feed.ts'
import { addOutput, updateDisplays } from '#lib/domain/fold-outputs.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'

export interface ShownOutput {
  runId: RunId
  cellId: CellId
  output: Output
}

interface CellOutputs {
  runId: RunId
  cellId: CellId
  outputs: readonly Output[]
  wasCleared: boolean
}

export function joinOutputs(rows: readonly ShownOutput[]): ShownOutput[] {
  const cells = new Map<string, CellOutputs>()
  for (const { runId, cellId, output } of rows) {
    if (output.kind === 'display' && output.isUpdate) {
      for (const cell of cells.values()) cell.outputs = updateDisplays(cell.outputs, output)
      continue
    }
    const key = `${runId} ${cellId}`
    const cell = cells.get(key) ?? { runId, cellId, outputs: [], wasCleared: false }
    cells.set(key, { ...cell, outputs: addOutput(cell.outputs, output), wasCleared: cell.wasCleared || output.kind === 'clear' })
  }
  return [...cells.values()].flatMap(({ runId, cellId, outputs, wasCleared }) => {
    // A clear tells the reader that this run has begun to show something.
    const all: Output[] = wasCleared ? [{ kind: 'clear' }, ...outputs] : [...outputs]
    return all.map((output) => ({ runId, cellId, output }))
  })
}
