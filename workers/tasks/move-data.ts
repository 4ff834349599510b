/** Tasks of the data bin: `move-data` takes a table or file there, back or away; `empty-data-bin`, once an hour, lets go of what has waited for 30 days. */
import type { CronItem, Task } from 'graphile-worker'
import { z } from 'zod'
import type { CoreDeps } from '#server/deps.ts'
import { emptyDataBin, moveData } from '#server/data/move-data.ts'

type Deps = Pick<CoreDeps, 'db' | 'objects' | 'now' | 'log'>
const payloadSchema = z.object({ id: z.uuid() })

export const cronItems: CronItem[] = [{ task: 'empty-data-bin', match: '37 * * * *', identifier: 'empty-data-bin', options: { backfillPeriod: 0, maxAttempts: 5, jobKey: 'empty-data-bin' } }]

export const moveDataTask = (deps: Deps): Task => (payload) => moveData(deps, payloadSchema.parse(payload).id)

export const emptyDataBinTask = (deps: Deps): Task => async () => {
  const gone = await emptyDataBin(deps)
  if (gone > 0) deps.log.info({ gone }, 'tables and files left the bin for good')
}
