/** The instants at which a notebook became different, oldest first: versions of its text, and runs that ended. */
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { orderStops, type Stop } from '#lib/domain/past.ts'
import type { EndState } from '#lib/domain/run.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import { authorizeHistory } from '../versions/authorize-version.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'

/** Of each, the newest; further back the slider does not go. */
export const STOPS_OF_EACH = 1000

export async function listStops(deps: { db: Executor }, actor: Actor | null, notebook: string): Promise<Outcome<Stop[], AuthorizeRefusal>> {
  const allowed = await authorizeHistory(deps, actor, notebook, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id } = allowed.value
  const [versions, ended] = await Promise.all([listVersionStops(deps.db, id), listRunStops(deps.db, id)])
  return accept(orderStops([...versions, ...ended]))
}

async function listVersionStops(db: Executor, notebookId: NotebookId): Promise<Stop[]> {
  const { id, name, authors, createdAt, lastUpdateId } = notebookVersions
  const rows = await db.select({ id, name, authors, createdAt }).from(notebookVersions).where(eq(notebookVersions.notebookId, notebookId)).orderBy(desc(createdAt), desc(lastUpdateId)).limit(STOPS_OF_EACH)
  return rows.reverse().map((row) => ({ kind: 'version', at: row.createdAt.toISOString(), id: row.id, name: row.name, people: row.authors.map((author) => author.name) }))
}

async function listRunStops(db: Executor, notebookId: NotebookId): Promise<Stop[]> {
  const cells = sql<number>`(select count(*)::int from ${runCells} c where c.run_id = ${runs.id})`
  const rows = await db.select({ id: runs.id, state: runs.state, cause: runs.cause, by: user.name, finishedAt: runs.finishedAt, cells }).from(runs).leftJoin(user, eq(user.id, runs.requestedBy))
    .where(and(eq(runs.notebookId, notebookId), isNotNull(runs.finishedAt))).orderBy(desc(runs.finishedAt)).limit(STOPS_OF_EACH)
  return rows.reverse().flatMap(({ finishedAt, state, ...row }): Stop[] => (finishedAt === null ? [] : [{ kind: 'run', at: finishedAt.toISOString(), state: state as EndState, ...row }]))
}
