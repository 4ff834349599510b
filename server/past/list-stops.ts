/** The instants at which a notebook became different, oldest first: versions of its text, and runs that ended. */
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { orderStops, STOPS_OF_EACH, type Stop } from '#lib/domain/past.ts'
import type { EndState } from '#lib/domain/run.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import { authorizeHistory } from '../versions/authorize-version.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface ListedStops {
  stops: Stop[]
  /** Kinds of which there are more, further back. */
  cut: Stop['kind'][]
}

export async function listStops(deps: { db: Executor }, actor: Actor | null, notebook: string): Promise<Outcome<ListedStops, AuthorizeRefusal>> {
  const allowed = await authorizeHistory(deps, actor, notebook, 'notebook:read')
  if (!allowed.ok) return allowed
  const { id } = allowed.value
  const each = await Promise.all([listVersionStops(deps.db, id), listRunStops(deps.db, id)])
  return accept({
    stops: orderStops(each.flatMap((newest) => newest.slice(0, STOPS_OF_EACH).reverse())),
    cut: each.flatMap((newest) => newest[STOPS_OF_EACH]?.kind ?? []),
  })
}

/** The newest first, with one more than are listed. */
async function listVersionStops(db: Executor, notebookId: NotebookId): Promise<Stop[]> {
  const { id, name, authors, createdAt, lastUpdateId } = notebookVersions
  const rows = await db.select({ id, name, authors, createdAt }).from(notebookVersions).where(eq(notebookVersions.notebookId, notebookId)).orderBy(desc(createdAt), desc(lastUpdateId)).limit(STOPS_OF_EACH + 1)
  return rows.map((row) => ({ kind: 'version', at: row.createdAt.toISOString(), id: row.id, name: row.name, people: row.authors.map((author) => author.name) }))
}

async function listRunStops(db: Executor, notebookId: NotebookId): Promise<Stop[]> {
  const cells = sql<number>`(select count(*)::int from ${runCells} c where c.run_id = ${runs.id})`
  const rows = await db.select({ id: runs.id, state: runs.state, cause: runs.cause, by: user.name, finishedAt: runs.finishedAt, cells }).from(runs).leftJoin(user, eq(user.id, runs.requestedBy))
    .where(and(eq(runs.notebookId, notebookId), isNotNull(runs.finishedAt))).orderBy(desc(runs.finishedAt)).limit(STOPS_OF_EACH + 1)
  return rows.flatMap(({ finishedAt, state, ...row }): Stop[] => (finishedAt === null ? [] : [{ kind: 'run', at: finishedAt.toISOString(), state: state as EndState, ...row }]))
}
