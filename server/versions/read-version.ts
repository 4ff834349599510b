/** One version with its text. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { eq } from 'drizzle-orm'
import type { VersionId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { NotebookVersion } from '#lib/domain/version.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeVersion } from './authorize-version.ts'
import { summarizeVersion } from './list-versions.ts'

const unzip = promisify(gunzip)

export async function readVersion(deps: { db: Executor }, actor: Actor | null, versionId: string): Promise<Outcome<NotebookVersion, AuthorizeRefusal>> {
  const allowed = await authorizeVersion(deps, actor, versionId, 'notebook:read')
  return allowed.ok ? accept(await readVersionText(deps.db, allowed.value.id)) : allowed
}

export async function readVersionText(db: Executor, id: VersionId): Promise<NotebookVersion> {
  const [row] = await db.select().from(notebookVersions).where(eq(notebookVersions.id, id))
  if (row === undefined) throw new Error('The version vanished.')
  const text = JSON.parse((await unzip(row.content)).toString()) as NotebookText
  return { ...summarizeVersion(row), text }
}
