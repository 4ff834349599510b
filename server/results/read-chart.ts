/** The points of a chart over all that is stored of a result. Where that is the first rows of more, the points themselves say so: wherever they are drawn, it stands there. */
import { ofFirstRows, type ChartData, type ChartEncoding } from '#lib/domain/chart.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult, type ResultRow } from './authorize-result.ts'

export async function readChart(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, resultId: string, encoding: ChartEncoding, signal?: AbortSignal): Promise<Outcome<ChartData, AuthorizeRefusal | ReaderRefusal>> {
  const allowed = await authorizeResult(deps, actor, resultId)
  return allowed.ok ? chartOf(deps, allowed.value, encoding, signal) : allowed
}

/** No authorization: the caller has done it. */
export async function chartOf({ reader }: Pick<Deps, 'reader'>, result: ResultRow, encoding: ChartEncoding, signal?: AbortSignal): Promise<Outcome<ChartData, ReaderRefusal>> {
  const found = await reader.chart(result, encoding, signal)
  return found.ok && result.truncated ? accept(ofFirstRows(found.value, result.rows)) : found
}
