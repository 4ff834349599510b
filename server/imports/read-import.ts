/** How far an import is, what came of it, and a stop to it. */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Import } from '#lib/domain/import.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { imports } from '../store/schema/uploads.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { findImport, toImport } from './import-rows.ts'

const LISTED_MAX = 50

export async function readImport(deps: Pick<Deps, 'db'>, actor: Actor | null, id: string): Promise<Outcome<Import, AuthorizeRefusal>> {
  const found = await findImport(deps, actor, id, 'data:read')
  return found.ok ? accept(toImport(found.value)) : found
}

/** The newest first; of one file when it is named. */
export async function listImports(deps: Pick<Deps, 'db'>, actor: Actor | null, request: { workspaceId: string; uploadId: string | null }): Promise<Outcome<Import[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, request.workspaceId, 'data:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db.select().from(imports)
    .where(and(eq(imports.workspaceId, allowed.value.workspaceId), ...(request.uploadId === null ? [] : [eq(imports.uploadId, request.uploadId)]))).orderBy(desc(imports.createdAt)).limit(LISTED_MAX)
  return accept(rows.map(toImport))
}

/** One that waits is over at once; of one that is at work the worker hears within a second. */
export async function cancelImport(deps: Pick<Deps, 'db'>, actor: Actor | null, id: string): Promise<Outcome<Import, AuthorizeRefusal | 'import-over'>> {
  const found = await findImport(deps, actor, id, 'data:edit')
  if (!found.ok) return found
  const [waiting] = await deps.db.update(imports).set({ state: 'cancelled', finishedAt: sql`now()` }).where(and(eq(imports.id, id), eq(imports.state, 'waiting'))).returning()
  if (waiting !== undefined) return accept(toImport(waiting))
  const [running] = await deps.db.update(imports).set({ cancelAskedAt: sql`now()` }).where(and(eq(imports.id, id), eq(imports.state, 'running'))).returning()
  return running === undefined ? refuse('import-over', 'This import is over.') : accept(toImport(running))
}
