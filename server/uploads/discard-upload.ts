/** Gives up a file that was sent, whole or in part, and what it has in the store. An import that reads it must end first. */
import { and, eq, lt, notExists, sql } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { UPLOAD_KEEPS_MS } from '#lib/domain/upload.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { CoreDeps } from '../deps.ts'
import { IS_OPEN, isBeingRead } from '../imports/open-imports.ts'
import { imports, uploads } from '../store/schema/uploads.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { findUpload, uploadKey, uploadPrefix, type UploadRow } from './upload-rows.ts'

type DiscardDeps = Pick<CoreDeps, 'db' | 'objects'>
const AT_ONCE = 200

export async function discardUpload(deps: DiscardDeps, actor: Actor | null, id: string): Promise<Outcome<null, AuthorizeRefusal | 'in-use' | 'storage-unavailable'>> {
  const found = await findUpload(deps, actor, id)
  if (!found.ok) return found
  if (await isBeingRead(deps.db, id)) return refuse('in-use', 'A table is being made of this file. Cancel that first.')
  const done = await orAway(() => removeUpload(deps, found.value))
  return done.ok ? accept(null) : done
}

/** Its row goes last: what breaks off on the way is done again. */
export async function removeUpload(deps: DiscardDeps, row: UploadRow): Promise<void> {
  if (row.state === 'open') await deps.objects.parts.drop(uploadKey(row), row.storeId)
  await deps.objects.removeAll(uploadPrefix(row))
  await deps.db.delete(uploads).where(eq(uploads.id, row.id))
}

/** Those that nobody has touched for a day. Says how many went. */
export async function removeAbandoned(deps: DiscardDeps & Pick<CoreDeps, 'now'>): Promise<number> {
  const before = new Date(deps.now().getTime() - UPLOAD_KEEPS_MS)
  const rows = await deps.db.select().from(uploads)
    .where(and(lt(uploads.touchedAt, before), notExists(deps.db.select({ one: sql`1` }).from(imports).where(and(eq(imports.uploadId, uploads.id), IS_OPEN))))).limit(AT_ONCE)
  for (const row of rows) await removeUpload(deps, row)
  return rows.length
}
