/** A worker takes a queued run: a fresh attempt token from here on goes with every write. Refused when the run was cancelled meanwhile. */
import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Database } from '../store/client.ts'
import { runCells } from '../store/schema/runs.ts'
import { applyRunEvent, type RunChangeRefusal } from './apply-run-event.ts'
import type { RunCellRow, RunRow } from './run-rows.ts'

export interface ClaimedRun {
  run: RunRow
  token: string
  cells: RunCellRow[]
}

export async function claimRun(deps: { db: Database; now: () => Date }, input: { runId: RunId; workerId: string }): Promise<Outcome<ClaimedRun, RunChangeRefusal>> {
  const token = randomUUID()
  return deps.db.transaction(async (tx) => {
    const claimed = await applyRunEvent(tx, { runId: input.runId, event: 'claim', claim: { token, workerId: input.workerId }, now: deps.now() })
    if (!claimed.ok) return claimed
    const cells = await tx.select().from(runCells).where(eq(runCells.runId, input.runId)).orderBy(asc(runCells.position))
    return accept({ run: claimed.value, token, cells })
  })
}
