/** Task `remove-kernels`, once an hour: kernels that ended long ago leave the database. */
import type { CronItem, Task } from 'graphile-worker'
import { removeKernels } from '#server/compute/remove-kernels.ts'
import type { CoreDeps } from '#server/deps.ts'

export const cronItems: CronItem[] = [{ task: 'remove-kernels', match: '49 * * * *', identifier: 'remove-kernels', options: { backfillPeriod: 0, maxAttempts: 5, jobKey: 'remove-kernels' } }]

export const removeKernelsTask = (deps: Pick<CoreDeps, 'db' | 'now' | 'log'>): Task => async () => {
  const removed = await removeKernels(deps)
  if (removed > 0) deps.log.info({ removed }, 'kernels that ended long ago were removed')
}
