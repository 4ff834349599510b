/** A version is its notebook's: who may not see that, does not learn that the version exists. Guests of a link see the notebook as it is now, not its history. */
import { eq } from 'drizzle-orm'
import type { Action } from '#lib/domain/access.ts'
import { isUuid, type VersionId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import { authorizeNotebook, type AuthorizedNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export async function authorizeHistory(deps: { db: Executor }, actor: Actor | null, notebookId: string, action: Action): Promise<Outcome<AuthorizedNotebook, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, notebookId, action)
  if (allowed.ok && allowed.value.shareId !== null) return refuse('not-allowed', 'Only members of the workspace see the history of a notebook.')
  return allowed
}

export async function authorizeVersion(deps: { db: Executor }, actor: Actor | null, versionId: string, action: Action): Promise<Outcome<{ id: VersionId; notebook: AuthorizedNotebook }, AuthorizeRefusal>> {
  const missing = refuse('not-found', 'There is no such version, or you have no access to it.')
  const id = versionId as VersionId
  const [row] = isUuid(versionId) ? await deps.db.select({ notebookId: notebookVersions.notebookId }).from(notebookVersions).where(eq(notebookVersions.id, id)) : []
  if (row === undefined) return missing
  const allowed = await authorizeHistory(deps, actor, row.notebookId, action)
  if (!allowed.ok) return allowed.reason === 'not-found' ? missing : allowed
  return accept({ id, notebook: allowed.value })
}
