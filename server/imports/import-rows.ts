/** Imports as rows, for whoever may read the workspace’s data. */
import { eq } from 'drizzle-orm'
import type { Action } from '#lib/domain/access.ts'
import { isUuid } from '#lib/domain/ids.ts'
import type { Import } from '#lib/domain/import.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { imports } from '../store/schema/uploads.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export type ImportRow = typeof imports.$inferSelect

export async function findImport(deps: { db: Executor }, actor: Actor | null, id: string, action: Action): Promise<Outcome<ImportRow, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such import.')
  if (actor === null) return refuse('sign-in-needed', 'Sign in to go on.')
  if (!isUuid(id)) return missing
  const [row] = await deps.db.select().from(imports).where(eq(imports.id, id))
  if (row === undefined) return missing
  const allowed = await authorizeWorkspace(deps, actor, row.workspaceId, action)
  return allowed.ok ? accept(row) : allowed.reason === 'not-found' ? missing : allowed
}

export const toImport = ({ id, uploadId, target, state, rows, fraction, message, badColumns, createdAt, finishedAt }: ImportRow): Import => ({
  id, uploadId, state, rows, fraction, message, badColumns, createdAt: createdAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null,
  target: target.kind === 'file' ? target : { kind: 'table', schema: target.schema, table: target.table, ifExists: target.ifExists },
})
