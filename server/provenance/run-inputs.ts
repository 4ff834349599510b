/** What was kept of a run's inputs: what its cells read, and what it was told to read. */
import { eq } from 'drizzle-orm'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import type { CellInputs, Pins } from '#lib/domain/provenance.ts'
import type { Executor } from '../store/client.ts'
import { cellInputs, runPins } from '../store/schema/provenance.ts'

export async function inputsOfRun(db: Executor, runId: RunId): Promise<Map<CellId, CellInputs>> {
  const rows = await db.select({ cellId: cellInputs.cellId, inputs: cellInputs.inputs }).from(cellInputs).where(eq(cellInputs.runId, runId))
  return new Map(rows.map(({ cellId, inputs }) => [cellId, inputs]))
}

/** Null for every run but an exact re-run. */
export async function pinsOfRun(db: Executor, runId: RunId): Promise<Pins | null> {
  const [row] = await db.select({ pins: runPins.pins }).from(runPins).where(eq(runPins.runId, runId))
  return row?.pins ?? null
}
