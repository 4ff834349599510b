/** Joins the parts of a file when all of them are there; asked again, it has been done. A workbook’s sheets are taken out then, by a worker. */
import { sql } from 'drizzle-orm'
import { importFormat } from '#lib/domain/import.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { missingParts, partRange, type Upload } from '#lib/domain/upload.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import { uploads } from '../store/schema/uploads.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { readParts, readUpload } from './read-upload.ts'
import { findUpload, uploadKey, type UploadRow } from './upload-rows.ts'

type FinishDeps = Pick<Deps, 'db' | 'objects'>
export type FinishRefusal = AuthorizeRefusal | 'parts-missing' | 'storage-unavailable'

export async function finishUpload(deps: FinishDeps, actor: Actor | null, id: string): Promise<Outcome<Upload, FinishRefusal>> {
  const found = await findUpload(deps, actor, id)
  if (!found.ok) return found
  if (found.value.state === 'open') {
    const joined = await join(deps, found.value)
    if (!joined.ok) return joined
  }
  return readUpload(deps, actor, id)
}

async function join(deps: FinishDeps, row: UploadRow): Promise<Outcome<null, 'parts-missing' | 'storage-unavailable'>> {
  const parts = await orAway(() => readParts(deps.objects, row))
  if (!parts.ok) return parts
  // The store knows of no parts once they are joined: a second finish comes behind the first.
  if (parts.value !== null) {
    const good = parts.value.filter(({ part, bytes }) => isLong(row, part, bytes))
    const missing = missingParts(row.bytes, good.map(({ part }) => part), row.partBytes)
    if (missing.length > 0) return refuse('parts-missing', `${missing.length} ${missing.length === 1 ? 'part of the file has' : 'parts of the file have'} not arrived. Send ${missing.length === 1 ? 'it' : 'them'}, then finish.`)
    const joined = await orAway(() => deps.objects.parts.join(uploadKey(row), row.storeId, good))
    if (!joined.ok) return joined
  }
  const whole = await orAway(() => deps.objects.stat(uploadKey(row)))
  if (!whole.ok) return whole
  if (whole.value?.bytes !== row.bytes) return refuse('parts-missing', 'The file did not arrive as it was. Discard it and choose it again.')
  await deps.db.transaction(async (tx) => {
    const [changed] = await tx.update(uploads).set({ state: 'whole', touchedAt: sql`now()` }).where(sql`${uploads.id} = ${row.id} and ${uploads.state} = 'open'`).returning({ id: uploads.id })
    if (changed !== undefined && importFormat(row.name) === 'sheet') await tx.execute(sql`select from graphile_worker.add_job('open-workbook', payload => ${JSON.stringify({ uploadId: row.id })}::json, queue_name => ${`upload:${row.id}`}, max_attempts => 5, job_key => ${`open-workbook:${row.id}`}, flags => array[${`workspace:${row.workspaceId}`}]::text[])`)
  })
  return accept(null)
}

const isLong = (row: UploadRow, part: number, bytes: number): boolean => {
  const range = partRange(row.bytes, part, row.partBytes)
  return range !== null && range.to - range.from === bytes
}
