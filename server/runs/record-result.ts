/**
 * Records a table that a cell wrote: the result's row and the output that shows it, in one transaction, fenced by the
 * attempt token. The kernel is not believed: its table must lie where this cell of this run may write.
 */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { CellId, ResultId, RunId } from '#lib/domain/ids.ts'
import { CUTS } from '#lib/domain/row-limit.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Database, Transaction } from '../store/client.ts'
import { results } from '../store/schema/runs.ts'
import { holdAttempt } from './change-cell.ts'
import { storable } from './storable.ts'

export const manifestSchema = z.object({
  path: z.string().max(500),
  version: z.int().min(0),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).max(20_000),
  rows: z.int().min(0),
  truncated: z.boolean(),
  cutBy: z.enum(CUTS).nullish(),
})

export interface RecordResultInput {
  runId: RunId
  token: string
  cellId: CellId
  /** Where this attempt of the cell may write; see `resultPrefix`. */
  prefix: string
  /** The kernel's manifest as it came. */
  manifest: unknown
  /** What a reader without the grid sees. */
  text: string
}

export type RecordResultRefusal = 'manifest-invalid' | 'attempt-over'

export async function recordResult(deps: { db: Database }, input: RecordResultInput): Promise<Outcome<ResultId, RecordResultRefusal>> {
  const parsed = manifestSchema.safeParse(input.manifest)
  if (!parsed.success || !isBelow(parsed.data.path, input.prefix)) return refuse('manifest-invalid', 'A table of this cell was not kept: it is not where results of this run belong.')
  const { path, version, rows, truncated } = parsed.data
  const cutBy = parsed.data.cutBy ?? null
  const columns = storable(parsed.data.columns)
  const { runId, cellId } = input
  const id = randomUUID() as ResultId
  return deps.db.transaction(async (tx) => {
    const run = await holdAttempt(tx, runId, input.token)
    if (run === null) return refuse('attempt-over', 'Another worker has this run now.')
    const added = await tx.insert(results).values({ id, workspaceId: run.workspaceId, notebookId: run.notebookId, runId, cellId, path, version, columns, rows, truncated, cutBy })
      .onConflictDoNothing({ target: results.path }).returning({ id: results.id })
    if (added.length === 0) return findSame(tx, runId, cellId, path)
    await appendToFeed(tx, run.notebookId, [{ kind: 'output.added', runId, cellId, output: { kind: 'result', resultId: id, columns, rows, truncated, text: storable(input.text), ...(cutBy !== null && { cutBy }) } }])
    return accept(id)
  })
}

/** Recorded already, where the writer could not know whether the first time came through; else somebody else's. */
async function findSame(tx: Transaction, runId: RunId, cellId: CellId, path: string): Promise<Outcome<ResultId, 'manifest-invalid'>> {
  const [same] = await tx.select({ id: results.id }).from(results).where(and(eq(results.path, path), eq(results.runId, runId), eq(results.cellId, cellId)))
  return same === undefined ? refuse('manifest-invalid', 'A table of this cell was not kept: its place is already taken.') : accept(same.id)
}

/** As store_result.py names it: by its number, and by chance where another attempt's table lay there or its types could not be written. */
const FOLDER = /^\d{1,6}(-[0-9a-f]{6}){0,2}$/

/** Exactly one folder of a table below the prefix: no `..`, no other cell's. */
export const isBelow = (path: string, prefix: string): boolean => path.startsWith(`${prefix}/`) && FOLDER.test(path.slice(prefix.length + 1))

/** A later attempt writes beside the first one's tables, never over them. */
export function resultPrefix(run: { workspaceId: string; id: string; attempt: number }, cellId: CellId): string {
  const cell = `ws/${run.workspaceId}/results/${run.id}/${cellId}`
  return run.attempt <= 1 ? cell : `${cell}/a${run.attempt}`
}
