/** Task `remove-texts`, once an hour: long texts that no run leads to any more leave the store. A store that is away is asked again, soon and then each hour. */
import type { CronItem, Task } from 'graphile-worker'
import { removeTexts } from '#server/runs/remove-texts.ts'
import type { CoreDeps } from '#server/deps.ts'

export const cronItems: CronItem[] = [
  { task: 'remove-texts', match: '23 * * * *', identifier: 'remove-texts', options: { backfillPeriod: 0, maxAttempts: 5, jobKey: 'remove-texts' } },
]

export const removeTextsTask = (deps: Pick<CoreDeps, 'db' | 'objects' | 'now' | 'log'>): Task => async () => {
  const objects = await removeTexts(deps)
  if (objects > 0) deps.log.info({ objects }, 'long texts that no run leads to were removed')
}
