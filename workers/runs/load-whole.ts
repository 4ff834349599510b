/**
 * Loads a table whole that its cell showed in part: the kernel writes the frame that it has kept, no cell runs, and the
 * output of the cell changes only once all rows are there. How it ended is the run's state; its reason is for the person.
 */
import { eq } from 'drizzle-orm'
import type { Progress } from '#lib/domain/feed.ts'
import { RUN_AGAIN } from '#lib/domain/row-limit.ts'
import type { WholeScope } from '#lib/domain/run.ts'
import { pinsOfShown } from '#server/provenance/readable-pins.ts'
import { resultPrefix } from '#server/runs/record-result.ts'
import { recordWhole, tellWholeProgress } from '#server/runs/record-whole.ts'
import type { RunRow } from '#server/runs/run-rows.ts'
import type { Database } from '#server/store/client.ts'
import { results } from '#server/store/schema/runs.ts'
import { wholeRequest } from './kernel-request.ts'
import { runCell, type CellCall } from './run-cell.ts'
import type { RunWriter } from './run-writer.ts'
import { whenAborted } from '../when-aborted.ts'
import { withPatience } from '../with-patience.ts'

export interface WholeCall extends Omit<CellCall, 'request' | 'show'> {
  run: RunRow
  scope: WholeScope
  writer: RunWriter
  sparkUrl: string | null
}

type Deps = { db: Database; now: () => Date; confirmed: () => Promise<void> }

/** A row of the feed each time: twice a second is enough to see that it moves. */
const TELL_EVERY_MS = 500
const NOT_GIVEN = `The kernel did not give the table. ${RUN_AGAIN}`

/** Null: loaded. Else why not, or that the run is another worker's by now. */
export async function loadWhole(deps: Deps, call: WholeCall): Promise<{ reason: string } | 'left' | null> {
  const { run, scope, writer } = call
  const [part] = await withPatience(() => deps.db.select({ path: results.path, workspaceId: results.workspaceId, runId: results.runId, cellId: results.cellId }).from(results).where(eq(results.id, scope.resultId)).execute())
  if (part === undefined) return { reason: 'The table whose rows were wanted is gone.' }
  const pins = await withPatience(() => pinsOfShown(deps.db, part))
  // As before a cell (execute-run.ts): the kernel may be another's by now.
  await Promise.race([deps.confirmed(), whenAborted(AbortSignal.any([call.cancelled, call.over]))])
  if (call.over.aborted) return 'left'
  if (call.cancelled.aborted) return { reason: NOT_GIVEN }
  let missing: string | null = NOT_GIVEN
  const record = (manifest: unknown, text: string): void => writer.write(async (attempt) => {
    const recorded = await recordWhole(deps, { ...attempt, of: scope.resultId, prefix: resultPrefix(run, scope.cellId), manifest, text })
    missing = recorded.ok ? null : recorded.message
    return recorded.ok || recorded.reason !== 'attempt-over'
  })
  const tell = tellAtTimes(deps, call)
  const end = await runCell({ ...call, request: wholeRequest(run, scope.cellId, { path: part.path, pins, sparkUrl: call.sparkUrl }), show: (shown) => {
    if (shown.kind === 'table') record(shown.manifest, shown.text)
    else if (shown.kind === 'output' && shown.output.kind === 'progress') tell(shown.output)
  } })
  await writer.flush()
  if (end.kind === 'left') return 'left'
  if (end.kind !== 'ended') return { reason: end.sentence }
  if (!end.isOk) return { reason: plain(end.error ?? NOT_GIVEN) }
  return missing === null ? null : { reason: missing }
}

function tellAtTimes(deps: Deps, { scope, writer }: WholeCall): (progress: Progress) => void {
  let toldAt = -Infinity
  return (progress) => {
    const now = performance.now()
    if (now - toldAt < TELL_EVERY_MS) return
    toldAt = now
    writer.write((attempt) => tellWholeProgress(deps, { ...attempt, of: scope.resultId, progress }))
  }
}

/** What our own kernel says is a sentence already; of others the name says what went wrong. */
const plain = (error: string): string => error.replace(/^(FrameGone|ResultNotStored): /, '')
