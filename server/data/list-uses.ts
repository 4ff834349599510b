/**
 * Who uses a table: notebooks whose text names it, or has read it when it ran as it stands, and the runs of the last three
 * months whose cells did either: a view, a path or a name put together in code names nothing. Texts are read as they are
 * stored; a workspace with very many notebooks is looked through from the newest change on, and it is said so.
 */
import { and, desc, eq, gt, ilike, isNull, or, sql } from 'drizzle-orm'
import { digestSource } from '#lib/document/digest.ts'
import type { NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { RunState } from '#lib/domain/run.ts'
import { namesTable } from '#lib/domain/table-code.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { readNotebookFromStore } from '../notebooks/read-notebook.ts'
import { user } from '../store/schema/auth.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { cellInputs } from '../store/schema/provenance.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { findTable, type FoundTable, type TableRequest } from './find-table.ts'

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
  return accept({ ...(await notebooksUsing(deps, found.value)), runs: await runsUsing(deps, found.value) })
}

const hasRead = (table: FoundTable) => sql<boolean>`coalesce(${cellInputs.inputs} @> ${JSON.stringify({ tables: [{ path: table.path }] })}::jsonb, false)`
const ofLately = (deps: UsesDeps, table: FoundTable) => and(eq(runs.workspaceId, table.workspace.workspaceId), gt(runs.requestedAt, new Date(deps.now().getTime() - LOOK_BACK_MS)))

/** The newest first. */
async function runsUsing(deps: UsesDeps, table: FoundTable): Promise<TableUses['runs']> {
  const rows = await deps.db.select({ id: runs.id, notebookId: runs.notebookId, notebookTitle: notebooks.title, state: runs.state, requestedAt: runs.requestedAt, by: user.name, source: runCells.source, hasRead: hasRead(table) })
    .from(runs).innerJoin(runCells, eq(runCells.runId, runs.id)).innerJoin(notebooks, eq(notebooks.id, runs.notebookId)).leftJoin(user, eq(user.id, runs.requestedBy))
    .leftJoin(cellInputs, and(eq(cellInputs.runId, runCells.runId), eq(cellInputs.cellId, runCells.cellId)))
    .where(and(ofLately(deps, table), or(ilike(runCells.source, `%${likeText(table.table)}%`), hasRead(table))))
    .orderBy(desc(runs.requestedAt)).limit(RUN_CELLS_MAX)
  const using = rows.filter((row) => row.hasRead || namesTable(row.source, table))
  const found = new Map(using.map(({ source, hasRead, requestedAt, ...run }) => [run.id, { ...run, requestedAt: requestedAt.toISOString() }]))
  return [...found.values()].slice(0, RUNS_SHOWN)
}

/** Digests of cells by notebook: all of them, as a table of which nobody is told may be deleted. */
async function textsThatRead(deps: UsesDeps, table: FoundTable): Promise<Map<NotebookId, Set<string>>> {
  const rows = await deps.db.selectDistinct({ notebookId: runs.notebookId, digest: runCells.sourceDigest })
    .from(runs).innerJoin(runCells, eq(runCells.runId, runs.id)).innerJoin(cellInputs, and(eq(cellInputs.runId, runCells.runId), eq(cellInputs.cellId, runCells.cellId)))
    .where(and(ofLately(deps, table), hasRead(table)))
  return new Map([...Map.groupBy(rows, ({ notebookId }) => notebookId)].map(([notebookId, cells]) => [notebookId, new Set(cells.map(({ digest }) => digest))]))
}

async function notebooksUsing(deps: UsesDeps, table: FoundTable): Promise<Pick<TableUses, 'notebooks' | 'isCut'>> {
  const read = await textsThatRead(deps, table)
  const rows = await deps.db.select({ id: notebooks.id, title: notebooks.title }).from(notebooks)
    .where(and(eq(notebooks.workspaceId, table.workspace.workspaceId), isNull(notebooks.trashedAt))).orderBy(desc(notebooks.updatedAt)).limit(NOTEBOOKS_MAX + 1)
  const end = Date.now() + READ_FOR_MS
  const using: TableUses['notebooks'] = []
  let looked = 0
  for (const { id, title } of rows.slice(0, NOTEBOOKS_MAX)) {
    if (Date.now() > end) break
    const text = await readNotebookFromStore(deps.sql, id)
    looked += 1
    const cells = text?.cells.filter(({ kind, source }) => (kind === 'python' || kind === 'sql') && (namesTable(source, table) || read.get(id)?.has(digestSource(source)))).length ?? 0
    if (cells > 0) using.push({ id, title, cells })
  }
  return { notebooks: using, isCut: looked < rows.length }
}

/** Titles of the notebooks that are running and name it now: what they read must not be taken away. */
export async function runningWith(deps: Pick<Deps, 'db'>, workspaceId: WorkspaceId, names: (source: string) => boolean): Promise<string[]> {
  const rows = await deps.db.select({ title: notebooks.title, source: runCells.source })
    .from(runs).innerJoin(runCells, eq(runCells.runId, runs.id)).innerJoin(notebooks, eq(notebooks.id, runs.notebookId))
    .where(and(eq(runs.workspaceId, workspaceId), isNull(runs.finishedAt)))
  return [...new Set(rows.filter(({ source }) => names(source)).map(({ title }) => title))]
}

const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
