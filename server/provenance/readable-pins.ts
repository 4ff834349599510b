/** The tables that a run reads as they were: those of an exact re-run, or those that the shown rows of a cell came from. */
import type { CellId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import { pinsOf, type Pin, type Pins } from '#lib/domain/provenance.ts'
import type { Executor } from '../store/client.ts'
import { isReadable } from './record-inputs.ts'
import { inputsOfRun, pinsOfRun } from './run-inputs.ts'

/** Without those that this workspace may not read. */
export const readablePins = (pins: Pins, workspaceId: WorkspaceId): Pins =>
  Object.fromEntries(Object.entries(pins).map(([cellId, own]) => [cellId, own.filter(({ path }) => isReadable(workspaceId, path))])) as Pins

/** For rows of a cell that are to be those of then, though its tables have moved on. Which version it was must be plain: a cell that wrote a table between two reads saw two. */
export async function pinsOfShown(db: Executor, { workspaceId, runId, cellId }: { workspaceId: WorkspaceId; runId: RunId; cellId: CellId }): Promise<readonly Pin[]> {
  const given = await pinsOfRun(db, runId)
  const inputs = (await inputsOfRun(db, runId)).get(cellId)
  const plain = (inputs?.tables ?? []).filter(({ path, isSure }, at, all) => isSure && !all.some((other, there) => there !== at && other.path === path))
  const pins = given ?? pinsOf([{ cellId, inputs: { tables: plain, untracked: [] } }])
  return readablePins(pins, workspaceId)[cellId] ?? []
}
