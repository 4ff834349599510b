/**
 * Carries out an import: a table by the child, a file by a copy within the store. It can be begun again at any point: a
 * table has one commit, which knows the import; a copy is whole or not there.
 *
 * [IMP1] A table is there wholly or not at all, whatever dies. [IMP2] Each import comes to one end. [IMP3] None is made twice.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { prefixOf, tablePath } from '#server/data/data-place.ts'
import { orAway } from '#server/data/or-away.ts'
import type { CoreDeps } from '#server/deps.ts'
import { claimImport, endImport, tellProgress, type ClaimedImport, type ImportEnd } from '#server/imports/change-import.ts'
import { explainSource } from '#server/imports/explain-source.ts'
import { removeUpload } from '#server/uploads/discard-upload.ts'
import { uploadKey, type UploadRow } from '#server/uploads/upload-rows.ts'
import type { StorageKeys } from '../compute/storage-keys.ts'
import { startImportChild, type ImportChild } from './import-child.ts'
import { tableJob, type TableTarget } from './table-job.ts'

export interface ImportDeps extends Pick<CoreDeps, 'db' | 'objects' | 'config' | 'log'> {
  keys: Pick<StorageKeys, 'ensure'>
  /** Sees to it that the workspace's Sparks know its tables. */
  tellTables: (workspaceId: WorkspaceId) => Promise<void>
  leaving: AbortSignal
}

const TELL_EVERY_MS = 700
/** This worker ends before the import does; another begins it anew. */
class WorkerLeaves extends Error {}

export async function bringIn(deps: ImportDeps, importId: string): Promise<void> {
  const claimed = await claimImport(deps.db, importId)
  if (claimed === null) return
  const end = await carryOut(deps, claimed)
  if (end.state !== 'done' && claimed.row.target.kind === 'table') await clearPlace(deps, claimed.row.workspaceId, claimed.row.target)
  if (end.state === 'done' && claimed.row.target.kind === 'table') await deps.tellTables(claimed.row.workspaceId).catch((error: unknown) => deps.log.warn({ err: error, importId }, 'spark could not be told a new table'))
  await endImport(deps.db, importId, end)
  deps.log.info({ importId, state: end.state, rows: end.rows }, 'import ended')
  if (end.state === 'done' && claimed.upload !== null) await removeUpload(deps, claimed.upload)
}

async function carryOut(deps: ImportDeps, claimed: ClaimedImport): Promise<ImportEnd> {
  const { upload, row } = claimed
  if (row.cancelAskedAt !== null && !claimed.isAgain) return { state: 'cancelled' }
  if (upload === null) return { state: 'failed', message: 'The file is not there any more. Bring it in again.' }
  return row.target.kind === 'file' ? keepAsFile(deps, claimed, upload, row.target.path) : makeTable(deps, claimed, upload, row.target)
}

async function keepAsFile({ objects }: ImportDeps, { row, isAgain }: ClaimedImport, upload: UploadRow, path: string): Promise<ImportEnd> {
  const to = `${prefixOf(row.workspaceId, 'files')}${path}`
  const done = await orAway(async (): Promise<Outcome<null, 'place-taken'>> => {
    const there = await objects.stat(to)
    if (there !== null && !(isAgain && there.bytes === upload.bytes)) return refuse('place-taken', `There is a file “${path}” now. Choose another name.`)
    await objects.copy(uploadKey(upload), to)
    return accept(null)
  })
  if (!done.ok) return { state: 'failed', message: done.message }
  return done.value.ok ? { state: 'done' } : { state: 'failed', message: done.value.message }
}

async function makeTable(deps: ImportDeps, claimed: ClaimedImport, upload: UploadRow, target: TableTarget): Promise<ImportEnd> {
  const { row } = claimed
  const keysFile = await deps.keys.ensure(row.workspaceId).catch(() => null)
  if (keysFile === null) return { state: 'failed', message: 'The object store gives no keys. Try again in a moment.' }
  const child = startImportChild({
    config: deps.config, workspaceId: row.workspaceId, keysFile, job: tableJob(deps.config.s3.bucket, claimed, upload, target),
    onWords: (words) => deps.log.warn({ importId: row.id, words }, 'the import’s process says'),
  })
  const wasCancelled = await follow(deps, row.id, child)
  const last = await child.ended
  const { rows = child.last().rows ?? 0, badColumns = [] } = last ?? {}
  if (last?.done === true) return { state: 'done', rows, badColumns }
  if (wasCancelled) return { state: 'cancelled', rows }
  if (last?.refused === true) return { state: 'failed', rows, badColumns, message: 'Some values are not of their column’s type, so nothing was made. Take them as null, or choose other types.' }
  if (deps.leaving.aborted) throw new WorkerLeaves('the worker ends before the import does')
  deps.log.warn({ importId: row.id, detail: last?.failed ?? null }, 'an import failed')
  return { state: 'failed', rows, message: last?.failed === undefined ? 'Reading the file came to an end by itself: it may need more memory than there is. Try again, or keep it as a file.' : explainSource(last.failed).message }
}

/** Until its end: tells how far it is, and stops it when somebody wants that or this worker goes. Says whether somebody did. */
async function follow({ db, leaving }: ImportDeps, id: string, child: ImportChild): Promise<boolean> {
  let isOver = false
  void child.ended.then(() => (isOver = true))
  let isCancelled = false
  while (!isOver) {
    await Promise.race([child.ended, pause(TELL_EVERY_MS)])
    const { rows = 0, fraction = null } = child.last()
    isCancelled ||= await tellProgress(db, id, { rows, fraction })
    if ((isCancelled || leaving.aborted) && !child.isCommitting()) child.kill()
  }
  return isCancelled
}

/** Of a table that was not made, nothing stays; in one that was there before, files that its log does not name are left to a vacuum. */
async function clearPlace({ objects, log }: ImportDeps, workspaceId: WorkspaceId, target: TableTarget): Promise<void> {
  const folder = `${tablePath(workspaceId, target, false)}/`
  const cleared = await orAway(async () => {
    if ((await objects.level(`${folder}_delta_log/`, 1)).files.length === 0) await objects.removeAll(folder)
  })
  if (!cleared.ok) log.warn({ folder }, 'what a broken import left could not be removed yet')
}
