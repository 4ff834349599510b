/**
 * Tasks of what people bring in: `bring-in` makes a table or a file of an upload, `open-workbook` takes the sheets out of
 * one. They may take minutes, so they have a pool of their own. `tend-uploads`, every ten minutes, ends and removes what was given up.
 */
import type { CronItem, Task } from 'graphile-worker'
import { z } from 'zod'
import type { CoreDeps } from '#server/deps.ts'
import { endForsakenImports } from '#server/imports/change-import.ts'
import { removeAbandoned } from '#server/uploads/discard-upload.ts'
import { endForsakenWorkbooks } from '#server/uploads/keep-sheets.ts'
import { bringIn, type ImportDeps } from '../imports/bring-in.ts'
import { openWorkbook } from '../imports/open-workbook.ts'

const importSchema = z.object({ importId: z.uuid() })
const uploadSchema = z.object({ uploadId: z.uuid() })

export const cronItems: CronItem[] = [{ task: 'tend-uploads', match: '*/10 * * * *', identifier: 'tend-uploads', options: { backfillPeriod: 0, maxAttempts: 3, jobKey: 'tend-uploads' } }]

export const bringInTask = (deps: ImportDeps): Task => (payload) => bringIn(deps, importSchema.parse(payload).importId)

export const openWorkbookTask = (deps: ImportDeps): Task => (payload) => openWorkbook(deps, uploadSchema.parse(payload).uploadId)

export const tendUploadsTask = (deps: Pick<CoreDeps, 'db' | 'objects' | 'now' | 'log'>): Task => async () => {
  const forsaken = (await endForsakenImports(deps)) + (await endForsakenWorkbooks(deps))
  const abandoned = await removeAbandoned(deps)
  if (forsaken + abandoned > 0) deps.log.info({ forsaken, abandoned }, 'uploads that were given up are gone')
}
