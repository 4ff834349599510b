/**
 * An exact re-run: the same text and parameters in a kernel of its own, and every table at the version that the run read.
 * Refused where such a version is not there any more, before anything is computed.
 */
import { asc, eq } from 'drizzle-orm'
import { planLog } from '#lib/domain/delta-log.ts'
import type { RunId, WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { nameOfInput, pinsOf, type InputTable, type Pins } from '#lib/domain/provenance.ts'
import type { Run } from '#lib/domain/run.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import type { Objects } from '../objects/objects.ts'
import type { RequestWholeRefusal } from '../results/request-whole.ts'
import { authorizeRun } from '../runs/read-run.ts'
import { rerunRun } from '../runs/rerun-run.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import { inputNow } from './input-now.ts'
import { readablePins } from './readable-pins.ts'
import { isReadable } from './record-inputs.ts'
import { inputsOfRun, pinsOfRun } from './run-inputs.ts'
import { lookAtTables } from './table-looks.ts'

export type RepeatRefusal = RequestWholeRefusal | 'nothing-to-run' | 'storage-unavailable' | 'version-missing' | 'table-remade' | 'run-open'

export async function repeatRun(deps: Pick<Deps, 'db' | 'objects' | 'now'>, actor: Actor | null, input: { runId: string; requestId: string | null }): Promise<Outcome<Run, RepeatRefusal>> {
  const allowed = await authorizeRun(deps, actor, input.runId, 'run:request')
  if (!allowed.ok) return allowed
  const id = input.runId as RunId
  const [[run], cells, inputs, earlier] = await Promise.all([
    deps.db.select({ finishedAt: runs.finishedAt }).from(runs).where(eq(runs.id, id)),
    deps.db.select({ cellId: runCells.cellId }).from(runCells).where(eq(runCells.runId, id)).orderBy(asc(runCells.position)),
    inputsOfRun(deps.db, id),
    pinsOfRun(deps.db, id),
  ])
  if (run?.finishedAt == null) return refuse('run-open', 'This run has not ended yet. Do it again when it has.')
  if (cells.length === 0) return refuse('nothing-to-run', 'This run loaded a table and ran no cell. Do the run again whose cell showed the table.')
  // What an exact re-run read is fixed by its pins, and is to be the same once more.
  const pins = earlier ?? pinsOf(cells.map(({ cellId }) => ({ cellId, inputs: inputs.get(cellId) ?? null })))
  const tables = [...inputs.values()].flatMap((one) => one.tables)
  const checked = await orAway(() => checkTables(deps.objects, allowed.value.workspaceId, tables, run.finishedAt!))
  if (!checked.ok) return checked
  if (!checked.value.ok) return checked.value
  return rerunRun(deps, actor, { ...input, pins: readablePins(pins, allowed.value.workspaceId) })
}

async function checkTables(objects: Objects, workspaceId: WorkspaceId, tables: readonly InputTable[], readAt: Date): Promise<Outcome<null, 'version-missing' | 'table-remade'>> {
  const looks = lookAtTables(objects)
  for (const table of tables.filter(({ path }) => isReadable(workspaceId, path))) {
    const name = nameOfInput(table)
    const { state } = await inputNow(looks, table, readAt)
    if (state === 'gone') return refuse('version-missing', `${name} is gone, so what this run read can not be read again. If it is in the bin, restore it there.`)
    if (state === 'remade') return refuse('table-remade', `Another table has the place of ${name} by now, so what this run read can not be read again.`)
    const plan = planLog(await looks.logNames(table.path), table.version)
    if (!plan.ok) return refuse('version-missing', `${name}: ${plan.message}`)
  }
  return accept(null)
}
