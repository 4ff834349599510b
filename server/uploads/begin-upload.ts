/** Makes room for a file that comes in parts. The same file, begun before and not finished, is gone on with. */
import { randomUUID } from 'node:crypto'
import { and, count, eq } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { checkUpload, isSameFile, PART_BYTES, type FileMark, type Upload } from '#lib/domain/upload.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import { uploads } from '../store/schema/uploads.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { readParts } from './read-upload.ts'
import { toUpload, uploadKey } from './upload-rows.ts'

/** Of one person in one workspace. */
const UPLOADS_MAX = 50

export type BeginRefusal = AuthorizeRefusal | 'name-invalid' | 'file-empty' | 'file-too-large' | 'too-many-uploads' | 'storage-unavailable'

export async function beginUpload(deps: Pick<Deps, 'db' | 'objects'>, actor: Actor | null, { workspaceId: workspace, ...file }: FileMark & { workspaceId: string }): Promise<Outcome<Upload, BeginRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:edit')
  if (!allowed.ok) return allowed
  if (actor?.kind !== 'member') return refuse('not-allowed', 'Sign in to bring in a file.')
  const checked = checkUpload(file)
  if (!checked.ok) return checked
  const { workspaceId } = allowed.value
  const mine = and(eq(uploads.workspaceId, workspaceId), eq(uploads.createdBy, actor.userId))
  const open = await deps.db.select().from(uploads).where(and(mine, eq(uploads.state, 'open'), eq(uploads.name, file.name), eq(uploads.bytes, file.bytes)))
  const known = open.find((row) => isSameFile(row, file))
  const parts = known === undefined ? null : await orAway(() => readParts(deps.objects, known))
  if (parts?.ok === false) return parts
  if (known !== undefined && parts?.value != null) return accept(toUpload(known, parts.value.map(({ part }) => part)))
  const [held] = await deps.db.select({ count: count() }).from(uploads).where(mine)
  if ((held?.count ?? 0) >= UPLOADS_MAX) return refuse('too-many-uploads', `You have ${UPLOADS_MAX} files here that are no table and no file yet. Finish or discard some first.`)
  const id = randomUUID()
  const storeId = await orAway(() => deps.objects.parts.begin(uploadKey({ workspaceId, id })))
  if (!storeId.ok) return storeId
  try {
    const [row] = await deps.db.insert(uploads).values({ ...file, id, workspaceId, createdBy: actor.userId, partBytes: PART_BYTES, storeId: storeId.value }).returning()
    return accept(toUpload(row!, []))
  } catch (error) {
    // Without a row nobody would ever give it up.
    await deps.objects.parts.drop(uploadKey({ workspaceId, id }), storeId.value).catch(() => {})
    throw error
  }
}
