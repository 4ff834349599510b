/** What is known of a result without opening its table: which run and cell made it, its columns and size. */
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Result } from '#lib/domain/result.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult, type ResultRow } from './authorize-result.ts'

export async function readResult(deps: { db: Executor }, actor: Actor | null, resultId: string): Promise<Outcome<Result, AuthorizeRefusal>> {
  const allowed = await authorizeResult(deps, actor, resultId)
  return allowed.ok ? accept(toResult(allowed.value)) : allowed
}

export const toResult = (row: ResultRow): Result => ({
  id: row.id,
  notebookId: row.notebookId,
  runId: row.runId,
  cellId: row.cellId,
  columns: row.columns,
  rows: row.rows,
  truncated: row.truncated,
  cutBy: row.cutBy,
  wholeOf: row.wholeOf,
  createdAt: row.createdAt.toISOString(),
})
