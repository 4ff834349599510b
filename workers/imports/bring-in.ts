/**
 * Carries out an import: a table by the child, a file by a copy within the store. It can be begun again at any point: a
 * table has one commit, which knows the import; a copy is whole or not there.
 *
 * [IMP1] A table is there wholly or not at all, whatever dies. [IMP2] Each import comes to one end. [IMP3] None is made twice.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { ImportTarget } from '#lib/domain/import.ts'
import { orAway } from '#server/data/or-away.ts'
import type { CoreDeps } from '#server/deps.ts'
import { claimImport, endImport, wasBegun, type ClaimedImport, type ImportEnd } from '#server/imports/change-import.ts'
import { targetPath } from '#server/imports/target-path.ts'
import { removeUpload } from '#server/uploads/discard-upload.ts'
import { uploadKey, type UploadRow } from '#server/uploads/upload-rows.ts'
import type { StorageKeys } from '../compute/storage-keys.ts'
import { withPatience } from '../with-patience.ts'
import { makeTable } from './make-table.ts'

export interface ImportDeps extends Pick<CoreDeps, 'db' | 'objects' | 'config' | 'log'> {
  keys: Pick<StorageKeys, 'ensure'>
  /** Sees to it that the workspace's Sparks know its tables. */
  tellTables: (workspaceId: WorkspaceId) => Promise<void>
  leaving: AbortSignal
}

export async function bringIn(deps: ImportDeps, importId: string): Promise<void> {
  const isAgain = await withPatience(() => wasBegun(deps.db, importId))
  const claimed = await withPatience(() => claimImport(deps.db, importId, isAgain))
  if (claimed === null) return
  const end = await carryOut(deps, claimed)
  if (end.state === 'done' && claimed.row.target.kind === 'table') await deps.tellTables(claimed.row.workspaceId).catch((error: unknown) => deps.log.warn({ err: error, importId }, 'spark could not be told a new table'))
  await withPatience(() => endImport(deps.db, importId, end))
  deps.log.info({ importId, state: end.state, rows: end.rows }, 'import ended')
  if (end.state === 'done' && claimed.upload !== null) await removeUpload(deps, claimed.upload)
}

async function carryOut(deps: ImportDeps, claimed: ClaimedImport): Promise<ImportEnd> {
  const { upload, row } = claimed
  if (row.cancelAskedAt !== null && !claimed.isAgain) return { state: 'cancelled' }
  if (upload === null) return { state: 'failed', message: 'The file is not there any more. Bring it in again.' }
  return row.target.kind === 'file' ? keepAsFile(deps, claimed, upload, row.target) : makeTable(deps, claimed, upload, row.target)
}

async function keepAsFile({ objects }: ImportDeps, { row, isAgain }: ClaimedImport, upload: UploadRow, target: Extract<ImportTarget, { kind: 'file' }>): Promise<ImportEnd> {
  const to = targetPath(row.workspaceId, target)
  const done = await orAway(async (): Promise<Outcome<null, 'place-taken'>> => {
    const there = await objects.stat(to)
    if (there !== null && !(isAgain && there.bytes === upload.bytes)) return refuse('place-taken', `There is a file “${target.path}” now. Choose another name.`)
    await objects.copy(uploadKey(upload), to)
    return accept(null)
  })
  if (!done.ok) return { state: 'failed', message: done.message }
  return done.value.ok ? { state: 'done' } : { state: 'failed', message: done.value.message }
}
