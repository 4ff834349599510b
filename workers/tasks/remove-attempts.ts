/** Task `remove-attempts`, once an hour: what the limiters counted long ago leaves the database, networks with it. */
import type { CronItem, Task } from 'graphile-worker'
import { removeOldAttempts } from '#server/auth/limit-attempts.ts'
import type { CoreDeps } from '#server/deps.ts'

export const cronItems: CronItem[] = [{ task: 'remove-attempts', match: '29 * * * *', identifier: 'remove-attempts', options: { backfillPeriod: 0, maxAttempts: 5, jobKey: 'remove-attempts' } }]

export const removeAttemptsTask = (deps: Pick<CoreDeps, 'sql'>): Task => async () => void (await removeOldAttempts(deps.sql))
