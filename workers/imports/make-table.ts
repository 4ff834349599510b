/**
 * Makes a table by the child, and stands by: tells how far it is, stops it when that is wanted, and takes away what it
 * leaves when nothing comes of it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { orAway } from '#server/data/or-away.ts'
import { tellProgress, type ClaimedImport, type ImportEnd } from '#server/imports/change-import.ts'
import { checkPlace, hasLog, type PlaceRefusal } from '#server/imports/check-place.ts'
import { explainSource } from '#server/imports/explain-source.ts'
import { removeLeftovers } from '#server/imports/leftovers.ts'
import { targetPath } from '#server/imports/target-path.ts'
import type { UploadRow } from '#server/uploads/upload-rows.ts'
import { withPatience } from '../with-patience.ts'
import type { ImportDeps } from './bring-in.ts'
import { startImportChild, type ChildLine, type ImportChild } from './import-child.ts'
import { tableJob, type TableTarget } from './table-job.ts'

const TELL_EVERY_MS = 700
/** What came of it is not known here: the queue has it begun again, by this worker or another. */
class NotKnown extends Error {}

export async function makeTable(deps: ImportDeps, claimed: ClaimedImport, upload: UploadRow, target: TableTarget): Promise<ImportEnd> {
  const child = await begin(deps, claimed, upload, target)
  const end: ImportEnd = child.ok ? await endOf(deps, claimed, child.value) : { state: 'failed', message: child.message }
  if (end.state !== 'done' && (child.ok || claimed.isAgain)) await clearPlace(deps, claimed)
  return end
}

async function begin(deps: ImportDeps, claimed: ClaimedImport, upload: UploadRow, target: TableTarget): Promise<Outcome<ImportChild, PlaceRefusal>> {
  const { row, isAgain } = claimed
  // An earlier attempt may have left files, or the table itself.
  const place = isAgain ? accept(null) : await checkPlace(deps, row.workspaceId, target)
  if (!place.ok) return place
  const keysFile = await deps.keys.ensure(row.workspaceId).catch((error: unknown) => (isAgain ? Promise.reject(error) : null))
  if (keysFile === null) return refuse('storage-unavailable', 'The object store gives no keys. Try again in a moment.')
  return accept(startImportChild({
    config: deps.config, workspaceId: row.workspaceId, keysFile, job: tableJob(deps.config.s3.bucket, claimed, upload, target),
    onWords: (words) => deps.log.warn({ importId: row.id, words }, 'the import’s process says'),
  }))
}

async function endOf(deps: ImportDeps, claimed: ClaimedImport, child: ImportChild): Promise<ImportEnd> {
  const { row } = claimed
  const wasCancelled = await follow(deps, claimed, child)
  const last = await child.ended
  const { rows = child.last().rows ?? 0, badColumns = [] } = last ?? {}
  if (last?.done === true) return { state: 'done', rows, badColumns }
  if (mayBeMade(claimed, child, last)) throw new NotKnown('the import’s process ended before it said whether the table is made')
  if (wasCancelled) return { state: 'cancelled', rows }
  if (last?.refused === true) return { state: 'failed', rows, badColumns, message: last.unknown === undefined ? NOT_OF_TYPE : unknownField(last.unknown) }
  if (deps.leaving.aborted) throw new NotKnown('the worker ends before the import does')
  deps.log.warn({ importId: row.id, detail: last?.failed ?? null }, 'an import failed')
  return { state: 'failed', rows, message: last?.failed === undefined ? 'Reading the file came to an end by itself: it may need more memory than there is. Try again, or keep it as a file.' : explainSource(last.failed).message }
}

const NOT_OF_TYPE = 'Some values are not of their column’s type, so nothing was made. Take them as null, or choose other types.'
const NAME_SHOWN = 80

function unknownField({ field, row, column, like }: NonNullable<ChildLine['unknown']>): string {
  const [name, within, other] = [field, column, like].map((text) => shown(text ?? ''))
  const first = `first comes in row ${row.toLocaleString('en')}`
  if (column !== null) return `“${name}” within “${within}” ${first}, behind the rows by which the type of “${within}” was found, so nothing was made. Read “${within}” as text, which keeps all of it.`
  if (field === '') return `A field without a name ${first}, which no column can hold, so nothing was made. Give it a name in the file.`
  const what = `“${name}” ${first} and is none of the columns, so nothing was made.`
  return like === null ? `${what} Add it to the columns, or add it and leave it out.` : `${what} A table cannot tell it from “${other}”: give one of them another name in the file.`
}

/** What a file calls its fields may be anything; the database takes no NUL. */
const shown = (text: string): string => text.replace(/\p{C}/gu, ' ').slice(0, NAME_SHOWN)

/** By an attempt before this one, or by a commit whose answer was not heard. */
const mayBeMade = ({ isAgain }: ClaimedImport, child: ImportChild, last: ChildLine | null): boolean => (isAgain && !child.hasBegun()) || (last === null && child.isCommitting())

/**
 * Until its end: tells how far it is, and stops it when somebody wants that or this worker goes. Says whether somebody did.
 * Whatever breaks here, the child does not outlive it: it would write beside the next attempt's.
 */
async function follow({ db, leaving }: ImportDeps, { row, isAgain }: ClaimedImport, child: ImportChild): Promise<boolean> {
  let [isOver, isCancelled] = [false, false]
  const stop = () => void (child.isCommitting() || child.kill())
  void child.ended.then(() => (isOver = true))
  leaving.addEventListener('abort', stop)
  try {
    while (!isOver) {
      await Promise.race([child.ended, pause(TELL_EVERY_MS)])
      const { rows = 0, fraction = null } = child.last()
      isCancelled ||= await withPatience(() => tellProgress(db, row.id, { rows, fraction }))
      // What an earlier attempt has made is not taken back: the child looks for it first.
      if (leaving.aborted || (isCancelled && (!isAgain || child.hasBegun()))) stop()
    }
  } finally {
    leaving.removeEventListener('abort', stop)
    child.kill()
    await child.ended
  }
  return isCancelled
}

/**
 * Of a table that was not made nothing stays: not of this import, that is. What others have begun to write there since is
 * theirs. In a table that was there before, files that its log does not name are left to a vacuum.
 */
async function clearPlace({ objects, log }: ImportDeps, { row }: ClaimedImport): Promise<void> {
  const cleared = await orAway(async () => {
    if (!(await hasLog(objects, targetPath(row.workspaceId, row.target)))) await removeLeftovers(objects, row)
  })
  if (!cleared.ok) log.warn({ importId: row.id }, 'what a broken import left could not be removed yet')
}
