/** Gives a name to the notebook as it is now, or to a version of it. What has a name is never thinned out. */
import { eq } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { checkVersionName, type VersionSummary } from '#lib/domain/version.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { appendToFeed } from '../feed/append.ts'
import { memberIdOf } from '../notebooks/list-notebooks.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeHistory, authorizeVersion } from './authorize-version.ts'
import { readSummary } from './list-versions.ts'
import { takeVersion } from './take-version.ts'

export async function nameNow(deps: Pick<Deps, 'db' | 'sql' | 'rooms'>, actor: Actor | null, input: { notebookId: string; name: string }): Promise<Outcome<VersionSummary, AuthorizeRefusal | 'name-invalid'>> {
  const allowed = await authorizeHistory(deps, actor, input.notebookId, 'notebook:edit')
  if (!allowed.ok) return allowed
  const name = checkVersionName(input.name)
  if (!name.ok) return name
  const { id } = allowed.value
  // What is on its way to Postgres belongs to it.
  await deps.rooms.read(id)
  const made = await takeVersion(deps, id, { cause: 'named', name: name.value, userId: memberIdOf(actor) })
  if (made === null) throw new Error('The notebook vanished.')
  return accept(await readSummary(deps.db, made))
}

export async function renameVersion(deps: Pick<Deps, 'db'>, actor: Actor | null, input: { versionId: string; name: string }): Promise<Outcome<VersionSummary, AuthorizeRefusal | 'name-invalid'>> {
  const allowed = await authorizeVersion(deps, actor, input.versionId, 'notebook:edit')
  if (!allowed.ok) return allowed
  const name = checkVersionName(input.name)
  if (!name.ok) return name
  const { id, notebook } = allowed.value
  await deps.db.transaction(async (tx) => {
    await tx.update(notebookVersions).set({ name: name.value }).where(eq(notebookVersions.id, id))
    // Who has the timeline open reads it anew.
    await appendToFeed(tx, notebook.id, [{ kind: 'version.added', versionId: id, at: new Date().toISOString() }])
  })
  return accept(await readSummary(deps.db, id))
}
