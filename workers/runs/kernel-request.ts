/** What a kernel is asked to execute: a cell of a run, or the whole of a table that a cell showed in part. Pure. */
import type { CellId } from '#lib/domain/ids.ts'
import type { Pin } from '#lib/domain/provenance.ts'
import { resultPrefix } from '#server/runs/record-result.ts'
import type { RunCellRow, RunRow } from '#server/runs/run-rows.ts'
import type { ExecuteRequest } from '../kernels/kernels.ts'

/** `isFirst` of its run: it is given the parameters as variables and says what it runs on. `sparkUrl`: where Spark is now, if that is known. `pins`: the tables that a cell of an exact re-run reads as they were. */
export function cellRequest(run: RunRow, cell: RunCellRow, { isFirst, sparkUrl, pins }: { isFirst: boolean; sparkUrl: string | null; pins: readonly Pin[] }): ExecuteRequest {
  const code = cell.kind === 'sql' ? `%%sql\n${cell.source}` : cell.source
  return { code, metadata: { dataharbour: { ...placeOf(run, cell.cellId, sparkUrl), rowLimit: cell.rowLimit, parameters: run.parameters, isFirst, ...(pins.length > 0 && { pins }) } } }
}

/** `path`: the stored table that shows the first rows, by which the kernel knows the frame. `pins`: the tables that these rows came from, as they were. */
export const wholeRequest = (run: RunRow, cellId: CellId, { path, pins, sparkUrl }: { path: string; pins: readonly Pin[]; sparkUrl: string | null }): ExecuteRequest =>
  ({ code: '%dataharbour_whole', metadata: { dataharbour: { ...placeOf(run, cellId, sparkUrl), rowLimit: null, wholeOf: path, ...(pins.length > 0 && { pins }) } }, isOurs: true })

const placeOf = (run: RunRow, cellId: CellId, sparkUrl: string | null) =>
  ({ runId: run.id, cellId, attempt: run.attempt, resultPrefix: resultPrefix(run, cellId), ...(sparkUrl === null ? {} : { remote: sparkUrl }) })
