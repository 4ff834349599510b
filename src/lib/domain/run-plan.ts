/**
 * The run plan: which cells a scope means, in the order of the page. `above` and `below` leave the
 * named cell out of `above` and in `below`, as Jupyter does; `to` takes all down to it. `cells` are those that a person
 * chose, `stale` those that the caller's `isStale` says. Only runnable cells are taken.
 */
import type { Cell } from './cell.ts'
import { isRunnable } from './cell.ts'
import { accept, refuse, type Outcome } from './outcome.ts'
import type { CellScope } from './run.ts'

export type PlanRefusal = 'cell-missing' | 'nothing-to-run' | 'cell-not-runnable'

export function planRun(cells: readonly Cell[], scope: CellScope, isStale: (cell: Cell) => boolean = () => true): Outcome<Cell[], PlanRefusal> {
  if (scope.kind === 'all') return some(cells)
  if (scope.kind === 'cells') return chosen(cells, scope.cellIds)
  if (scope.kind === 'stale') return stale(cells, isStale)
  const at = cells.findIndex((cell) => cell.id === scope.cellId)
  const cell = cells[at]
  if (cell === undefined) return refuse('cell-missing', 'This cell was deleted. Reload the notebook to see its cells.')
  if (scope.kind === 'above') return some(cells.slice(0, at))
  if (scope.kind === 'below') return some(cells.slice(at))
  if (scope.kind === 'to') return some(cells.slice(0, at + 1))
  if (!isRunnable(cell.kind)) return refuse('cell-not-runnable', 'Only Python and SQL cells can be run.')
  return accept([cell])
}

function chosen(cells: readonly Cell[], ids: readonly string[]): Outcome<Cell[], PlanRefusal> {
  const found = cells.filter((cell) => ids.includes(cell.id))
  if (found.length < new Set(ids).size) return refuse('cell-missing', 'One of these cells was deleted. Look at what is left and run it again.')
  return some(found)
}

function stale(cells: readonly Cell[], isStale: (cell: Cell) => boolean): Outcome<Cell[], PlanRefusal> {
  const all = some(cells)
  if (!all.ok) return all
  const found = all.value.filter(isStale)
  return found.length > 0 ? accept(found) : refuse('nothing-to-run', 'Nothing is stale: no cell was changed since its last good run.')
}

function some(cells: readonly Cell[]): Outcome<Cell[], PlanRefusal> {
  const runnable = cells.filter((cell) => isRunnable(cell.kind) && cell.source.trim() !== '')
  if (runnable.length === 0) return refuse('nothing-to-run', 'There is no Python or SQL cell with text to run here.')
  return accept(runnable)
}
