/** The timeline of a notebook, newest first, without the texts. */
import { desc, eq } from 'drizzle-orm'
import type { NotebookId, VersionId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { VersionSummary } from '#lib/domain/version.ts'
import type { Actor } from '../auth/actor.ts'
import { visitorColor } from '../rooms/visitor-color.ts'
import type { Executor } from '../store/client.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeHistory } from './authorize-version.ts'

/** More than thinning leaves of years of work. */
const AT_MOST = 2_000
const { id, cause, name, authors, createdAt, lastUpdateId, notebookId } = notebookVersions
const COLUMNS = { id, cause, name, authors, createdAt }

export async function listVersions(deps: { db: Executor }, actor: Actor | null, notebook: string): Promise<Outcome<VersionSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeHistory(deps, actor, notebook, 'notebook:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db.select(COLUMNS).from(notebookVersions)
    .where(eq(notebookId, allowed.value.id as NotebookId)).orderBy(desc(createdAt), desc(lastUpdateId)).limit(AT_MOST)
  return accept(rows.map(summarizeVersion))
}

export async function readSummary(db: Executor, version: VersionId): Promise<VersionSummary> {
  const [row] = await db.select(COLUMNS).from(notebookVersions).where(eq(id, version))
  if (row === undefined) throw new Error('The version vanished.')
  return summarizeVersion(row)
}

export const summarizeVersion = (row: Pick<typeof notebookVersions.$inferSelect, keyof typeof COLUMNS>): VersionSummary => ({
  id: row.id,
  cause: row.cause,
  name: row.name,
  authors: row.authors.map((author) => ({ ...author, color: visitorColor(author.userId ?? '') })),
  createdAt: row.createdAt.toISOString(),
})
