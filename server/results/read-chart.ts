/** The points of a chart over a whole result. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeResult } from './authorize-result.ts'

export async function readChart(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, resultId: string, encoding: ChartEncoding, signal?: AbortSignal): Promise<Outcome<ChartData, AuthorizeRefusal | ReaderRefusal>> {
  const allowed = await authorizeResult(deps, actor, resultId)
  return allowed.ok ? deps.reader.chart(allowed.value, encoding, signal) : allowed
}
