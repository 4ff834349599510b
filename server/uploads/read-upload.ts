/** What has come of a file, as the store itself says it: any web process can be asked, before and after a restart. */
import { and, desc, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { partCount, type Upload } from '#lib/domain/upload.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import type { ObjectPart } from '../objects/object-parts.ts'
import type { Objects } from '../objects/objects.ts'
import { uploads } from '../store/schema/uploads.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { findUpload, toUpload, uploadKey, type UploadRow } from './upload-rows.ts'

type ReadDeps = Pick<Deps, 'db' | 'objects'>

export async function readUpload(deps: ReadDeps, actor: Actor | null, id: string): Promise<Outcome<Upload, AuthorizeRefusal | 'storage-unavailable'>> {
  const found = await findUpload(deps, actor, id)
  return found.ok ? describe(deps, found.value) : found
}

/** The person's own, the newest first. */
export async function listUploads(deps: ReadDeps, actor: Actor | null, workspace: string): Promise<Outcome<Upload[], AuthorizeRefusal | 'storage-unavailable'>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:edit')
  if (!allowed.ok) return allowed
  if (actor?.kind !== 'member') return accept([])
  const rows = await deps.db.select().from(uploads).where(and(eq(uploads.workspaceId, allowed.value.workspaceId), eq(uploads.createdBy, actor.userId))).orderBy(desc(uploads.createdAt))
  const found: Upload[] = []
  for (const row of rows) {
    const upload = await describe(deps, row)
    if (!upload.ok && upload.reason === 'storage-unavailable') return upload
    if (upload.ok) found.push(upload.value)
  }
  return accept(found)
}

async function describe({ objects }: ReadDeps, row: UploadRow): Promise<Outcome<Upload, 'not-found' | 'storage-unavailable'>> {
  if (row.state === 'whole') return accept(toUpload(row, Array.from({ length: partCount(row.bytes, row.partBytes) }, (_, at) => at + 1)))
  const parts = await orAway(() => readParts(objects, row))
  if (!parts.ok) return parts
  return parts.value === null ? refuse('not-found', 'The store has given up this upload. Choose the file again.') : accept(toUpload(row, parts.value.map(({ part }) => part)))
}

export const readParts = (objects: Objects, row: UploadRow): Promise<ObjectPart[] | null> => objects.parts.list(uploadKey(row), row.storeId)
