/**
 * Records the whole of a table that a cell had shown in part: a result of the same run and cell, and an output that takes
 * the place of the first rows for everybody. It may be written below the run that loaded it only, and it inherits a pin.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Progress } from '#lib/domain/feed.ts'
import type { ResultId, RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Database } from '../store/client.ts'
import { results } from '../store/schema/runs.ts'
import { holdAttempt } from './change-cell.ts'
import { isBelow, manifestSchema, type RecordResultRefusal } from './record-result.ts'
import { storable } from './storable.ts'

export interface RecordWholeInput {
  /** The run that loads it. */
  runId: RunId
  token: string
  /** The result that shows its first rows. */
  of: ResultId
  prefix: string
  manifest: unknown
  text: string
}

export async function recordWhole(deps: { db: Database }, input: RecordWholeInput): Promise<Outcome<ResultId, RecordResultRefusal>> {
  const parsed = manifestSchema.safeParse(input.manifest)
  if (!parsed.success || parsed.data.truncated || !isBelow(parsed.data.path, input.prefix)) return refuse('manifest-invalid', 'The whole table was not kept: it is not where results of this run belong.')
  const { path, version, rows } = parsed.data
  const columns = storable(parsed.data.columns)
  const id = randomUUID() as ResultId
  return deps.db.transaction(async (tx) => {
    const run = await holdAttempt(tx, input.runId, input.token)
    if (run === null) return refuse('attempt-over', 'Another worker has this run now.')
    const [part] = await tx.select().from(results).where(eq(results.id, input.of)).for('share')
    if (part === undefined) return refuse('manifest-invalid', 'The table whose rows were loaded is gone.')
    const { workspaceId, notebookId, runId, cellId, pinnedAt } = part
    const added = await tx.insert(results).values({ id, workspaceId, notebookId, runId, cellId, path, version, columns, rows, truncated: false, pinnedAt, wholeOf: part.id })
      .onConflictDoNothing({ target: results.path }).returning({ id: results.id })
    // Recorded already, where the writer could not know whether the first time came through.
    if (added.length === 0) return accept(id)
    await appendToFeed(tx, notebookId, [{ kind: 'output.added', runId, cellId, output: { kind: 'result', resultId: id, columns, rows, truncated: false, text: storable(input.text), wholeOf: part.id } }])
    return accept(id)
  })
}

/** False when the attempt is over. */
export async function tellWholeProgress(deps: { db: Database; now: () => Date }, { runId, token, of, progress }: { runId: RunId; token: string; of: ResultId; progress: Progress }): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const run = await holdAttempt(tx, runId, token)
    if (run === null) return false
    await appendToFeed(tx, run.notebookId, [{ kind: 'result.progress', runId, resultId: of, progress: storable(progress), at: deps.now().toISOString() }])
    return true
  })
}
