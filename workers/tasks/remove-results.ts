/** Task `remove-results`, once an hour: results that their workspace's rule gives up leave the store, and then what was compared with them. A store that is away is asked again, soon and then each hour. */
import type { CronItem, Task } from 'graphile-worker'
import type { CoreDeps } from '#server/deps.ts'
import { removeComparisons } from '#server/comparisons/remove-comparisons.ts'
import { removeResults } from '#server/results/remove-results.ts'

export const cronItems: CronItem[] = [{ task: 'remove-results', match: '11 * * * *', identifier: 'remove-results', options: { backfillPeriod: 0, maxAttempts: 5, jobKey: 'remove-results' } }]

export const removeResultsTask = (deps: Pick<CoreDeps, 'db' | 'objects' | 'now' | 'log'>): Task => async () => {
  const removed = await removeResults(deps)
  if (removed > 0) deps.log.info({ removed }, 'results were removed by the rules of their workspaces')
  const compared = await removeComparisons(deps)
  if (compared > 0) deps.log.info({ compared }, 'comparisons were removed: of results that are gone, or not looked at for long')
}
