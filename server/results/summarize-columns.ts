/** What columns of a result hold, over all of its rows. */
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult } from './authorize-result.ts'

export async function summarizeColumns(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, resultId: string, columns: string[], signal: AbortSignal): Promise<Outcome<ColumnSummary[], AuthorizeRefusal | ReaderRefusal>> {
  const allowed = await authorizeResult(deps, actor, resultId)
  return allowed.ok ? deps.reader.summaries(allowed.value, columns, signal) : allowed
}
