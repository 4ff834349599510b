/** Makes an embed of what a result shows: a tile of its cell and a link to that tile. */
import { callApi } from '#lib/live/api.ts'
import type { ChartEncoding } from '#lib/domain/chart.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { NewShare } from '#lib/domain/share.ts'

export type EmbedWhat = { kind: 'table' } | { kind: 'chart'; encoding: ChartEncoding }

export const embedResult = (resultId: string, what: EmbedWhat, allowedOrigins: string[]): Promise<Outcome<NewShare>> =>
  callApi<NewShare>('POST', `/results/${resultId}/embed`, { ...what, allowedOrigins })
