/**
 * Who uses a table: notebooks whose text names it, and the runs of the last three months whose cells did. Texts are read
 * as they are stored; a workspace with very many notebooks is looked through from the newest change on, and it is said so.
 */
import { and, desc, eq, gt, ilike, isNull } from 'drizzle-orm'
import type { TableName } from '#lib/domain/data.ts'
import type { NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { RunState } from '#lib/domain/run.ts'
import { namesTable } from '#lib/domain/table-code.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { readNotebookFromStore } from '../notebooks/read-notebook.ts'
import { user } from '../store/schema/auth.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { findTable, type TableRequest } from './find-table.ts'

const NOTEBOOKS_MAX = 300
const READ_FOR_MS = 3000
const RUN_CELLS_MAX = 500
const RUNS_SHOWN = 20
const LOOK_BACK_MS = 90 * 24 * 3600_000

export interface TableUses {
  notebooks: { id: NotebookId; title: string; cells: number }[]
  /** Not every notebook was looked through. */
  isCut: boolean
  runs: { id: string; notebookId: NotebookId; notebookTitle: string; state: RunState; requestedAt: string; by: string | null }[]
}

type UsesDeps = Pick<Deps, 'db' | 'sql' | 'objects' | 'now'>

export async function listUses(deps: UsesDeps, actor: Actor | null, request: TableRequest): Promise<Outcome<TableUses, AuthorizeRefusal | 'storage-unavailable'>> {
  const found = await findTable(deps, actor, request)
  if (!found.ok) return found
  const { workspaceId } = found.value.workspace
  const [inNotebooks, inRuns] = [await notebooksNaming(deps, workspaceId, found.value), await runsNaming(deps, workspaceId, found.value)]
  return accept({ ...inNotebooks, runs: inRuns })
}

async function notebooksNaming(deps: UsesDeps, workspaceId: WorkspaceId, name: TableName): Promise<Pick<TableUses, 'notebooks' | 'isCut'>> {
  const rows = await deps.db.select({ id: notebooks.id, title: notebooks.title }).from(notebooks)
    .where(and(eq(notebooks.workspaceId, workspaceId), isNull(notebooks.trashedAt))).orderBy(desc(notebooks.updatedAt)).limit(NOTEBOOKS_MAX + 1)
  const end = Date.now() + READ_FOR_MS
  const naming: TableUses['notebooks'] = []
  let read = 0
  for (const { id, title } of rows.slice(0, NOTEBOOKS_MAX)) {
    if (Date.now() > end) break
    const text = await readNotebookFromStore(deps.sql, id)
    read += 1
    const cells = text?.cells.filter(({ kind, source }) => (kind === 'python' || kind === 'sql') && namesTable(source, name)).length ?? 0
    if (cells > 0) naming.push({ id, title, cells })
  }
  return { notebooks: naming, isCut: read < rows.length }
}

async function runsNaming(deps: UsesDeps, workspaceId: WorkspaceId, name: TableName): Promise<TableUses['runs']> {
  const rows = await deps.db.select({ id: runs.id, notebookId: runs.notebookId, notebookTitle: notebooks.title, state: runs.state, requestedAt: runs.requestedAt, by: user.name, source: runCells.source })
    .from(runs).innerJoin(runCells, eq(runCells.runId, runs.id)).innerJoin(notebooks, eq(notebooks.id, runs.notebookId)).leftJoin(user, eq(user.id, runs.requestedBy))
    .where(and(eq(runs.workspaceId, workspaceId), gt(runs.requestedAt, new Date(deps.now().getTime() - LOOK_BACK_MS)), ilike(runCells.source, `%${likeText(name.table)}%`)))
    .orderBy(desc(runs.requestedAt)).limit(RUN_CELLS_MAX)
  const found = new Map<string, TableUses['runs'][number]>()
  for (const { source, requestedAt, ...run } of rows) {
    if (!found.has(run.id) && namesTable(source, name)) found.set(run.id, { ...run, requestedAt: requestedAt.toISOString() })
  }
  return [...found.values()].slice(0, RUNS_SHOWN)
}

/** Titles of the notebooks that are running and name it now: what they read must not be taken away. */
export async function runningWith(deps: Pick<Deps, 'db'>, workspaceId: WorkspaceId, names: (source: string) => boolean): Promise<string[]> {
  const rows = await deps.db.select({ title: notebooks.title, source: runCells.source })
    .from(runs).innerJoin(runCells, eq(runCells.runId, runs.id)).innerJoin(notebooks, eq(notebooks.id, runs.notebookId))
    .where(and(eq(runs.workspaceId, workspaceId), isNull(runs.finishedAt)))
  return [...new Set(rows.filter(({ source }) => names(source)).map(({ title }) => title))]
}

const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
