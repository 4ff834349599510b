/** A schedule of one cell needs a cell that is there and can run. */
import { isCellId, type CellId, type NotebookId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { planRun, type PlanRefusal } from '#lib/domain/run-plan.ts'

export interface NotebookReader {
  rooms: { read(notebookId: NotebookId): Promise<NotebookText> }
}

export async function checkScheduledCell(deps: NotebookReader, notebookId: NotebookId, cellId: string | null): Promise<Outcome<CellId | null, PlanRefusal>> {
  if (cellId === null) return accept(null)
  if (!isCellId(cellId)) return refuse('cell-missing', 'There is no such cell in the notebook.')
  const { cells } = await deps.rooms.read(notebookId)
  const plan = planRun(cells, { kind: 'cell', cellId })
  return plan.ok ? accept(cellId) : plan
}
