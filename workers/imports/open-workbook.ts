/**
 * Takes the sheets out of a workbook that was sent, in the child: what it cannot read, or what is beyond its limits, is a sentence on the upload.
 * A store that is away says nothing of the workbook: the queue asks again.
 */
import { eq } from 'drizzle-orm'
import { uploads } from '#server/store/schema/uploads.ts'
import { keepSheets } from '#server/uploads/keep-sheets.ts'
import { uploadKey, uploadPrefix } from '#server/uploads/upload-rows.ts'
import { withPatience } from '../with-patience.ts'
import type { ImportDeps } from './bring-in.ts'
import { startImportChild } from './import-child.ts'

const WITHIN_MS = 30 * 60_000
const BROKEN = 'This workbook could not be read. Save it again as .xlsx, or its sheets as CSV.'

export async function openWorkbook(deps: ImportDeps, uploadId: string): Promise<void> {
  const [upload] = await deps.db.select().from(uploads).where(eq(uploads.id, uploadId))
  if (upload === undefined || upload.sheets !== null || upload.problem !== null) return
  const keysFile = await deps.keys.ensure(upload.workspaceId)
  const child = startImportChild({
    config: deps.config, workspaceId: upload.workspaceId, keysFile, job: { kind: 'workbook', key: uploadKey(upload), prefix: uploadPrefix(upload) },
    onWords: (words) => deps.log.warn({ uploadId, words }, 'the workbook’s process says'),
  })
  const late = setTimeout(child.kill, WITHIN_MS)
  deps.leaving.addEventListener('abort', child.kill, { once: true })
  const last = await child.ended
  clearTimeout(late)
  deps.leaving.removeEventListener('abort', child.kill)
  if (last === null && deps.leaving.aborted) throw new Error('the worker ends before the workbook is read')
  if (last?.isAway === true) throw new Error(`the store did not give a workbook or take its sheets: ${last.failed}`)
  if (last?.failed !== undefined) deps.log.warn({ uploadId, detail: last.failed }, 'a workbook could not be read')
  const isThere = await withPatience(() => keepSheets(deps.db, uploadId, last?.done === true ? { sheets: last.sheets ?? [] } : { problem: last?.message ?? BROKEN }))
  // Somebody discarded it meanwhile, and what it had in the store before.
  if (!isThere) await deps.objects.removeAll(uploadPrefix(upload))
}
