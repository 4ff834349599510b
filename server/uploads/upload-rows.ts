/** Uploads as rows: where each lies in the store, and whose it is. A person sees and changes their own only. */
import { and, eq, sql } from 'drizzle-orm'
import { isUuid } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Upload } from '#lib/domain/upload.ts'
import type { Actor } from '../auth/actor.ts'
import { prefixOf } from '../data/data-place.ts'
import type { Executor } from '../store/client.ts'
import { uploads } from '../store/schema/uploads.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type UploadRow = typeof uploads.$inferSelect

export const uploadPrefix = ({ workspaceId, id }: Pick<UploadRow, 'workspaceId' | 'id'>): string => `${prefixOf(workspaceId, 'uploads')}${id}/`
export const uploadKey = (row: Pick<UploadRow, 'workspaceId' | 'id'>): string => `${uploadPrefix(row)}file`
/** A sheet of a workbook, as rows of text. */
export const sheetKey = (row: Pick<UploadRow, 'workspaceId' | 'id'>, sheet: number): string => `${uploadPrefix(row)}sheet-${sheet}.parquet`

export const toUpload = ({ id, name, bytes, changedAt, head, state, partBytes, createdAt }: UploadRow, parts: number[]): Upload =>
  ({ id, name, bytes, changedAt, head, state, partBytes, parts, createdAt: createdAt.toISOString() })

export async function findUpload(deps: { db: Executor }, actor: Actor | null, id: string): Promise<Outcome<UploadRow, AuthorizeRefusal>> {
  if (actor === null) return refuse('sign-in-needed', 'Sign in to go on.')
  const missing = refuse('not-found', 'There is no such upload any more. Choose the file again.')
  if (!isUuid(id)) return missing
  const [row] = await deps.db.select().from(uploads).where(eq(uploads.id, id))
  if (row === undefined) return missing
  const allowed = await authorizeWorkspace(deps, actor, row.workspaceId, 'data:edit')
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  return actor.kind === 'member' && row.createdBy === actor.userId ? accept(row) : missing
}

/** It is in use, so it is not given up. */
export async function touchUpload({ db }: { db: Executor }, id: string): Promise<void> {
  await db.update(uploads).set({ touchedAt: sql`now()` }).where(and(eq(uploads.id, id)))
}
