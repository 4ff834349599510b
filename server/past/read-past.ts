/**
 * A notebook as it stood at an instant, from Postgres alone: its text, and of each cell the run that it had last ended and what
 * that run showed. Instants come from addresses, in milliseconds, and Postgres counts finer: both are cut before they meet.
 */
import { and, asc, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { CellKind } from '#lib/domain/cell.ts'
import { outputFor } from '#lib/domain/hide-trace.ts'
import type { CellId, NotebookId, ResultId, RunId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Past, PastCell } from '#lib/domain/past.ts'
import { RUN_CELL_STATES, type RunCellState } from '#lib/domain/run.ts'
import type { Actor } from '../auth/actor.ts'
import { cellsThatRan } from '../runs/cells-that-ran.ts'
import { joinOutputs, type ShownOutput } from '../runs/join-outputs.ts'
import type { Database, Transaction } from '../store/client.ts'
import { outputs, results } from '../store/schema/runs.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import { authorizeHistory } from '../versions/authorize-version.ts'
import { readVersionText } from '../versions/read-version.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/

export async function readPast(deps: { db: Database }, actor: Actor | null, input: { notebookId: string; asOf: string }): Promise<Outcome<Past, AuthorizeRefusal | 'instant-invalid'>> {
  const allowed = await authorizeHistory(deps, actor, input.notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  if (!INSTANT.test(input.asOf) || Number.isNaN(Date.parse(input.asOf))) return refuse('instant-invalid', 'Give the instant in UTC, such as 2026-03-01T09:30:00.000Z.')
  const { id, title, role } = allowed.value
  const asOf = new Date(input.asOf).toISOString()
  return deps.db.transaction(async (tx) => {
    const [version, ran] = [await readText(tx, id, asOf), await readRan(tx, id, asOf)]
    const cells = await fillCells(tx, id, version?.text ?? null, ran)
    return accept({ asOf, version: version === null ? null : { id: version.id, name: version.name, at: version.createdAt }, title: version?.text.title ?? title, cells: cells.map((cell) => ({ ...cell, outputs: cell.outputs.map((output) => outputFor(role, output)) })) })
  }, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}

async function readText(tx: Transaction, notebookId: NotebookId, asOf: string) {
  const { id, createdAt, lastUpdateId } = notebookVersions
  const [row] = await tx.select({ id }).from(notebookVersions)
    .where(and(eq(notebookVersions.notebookId, notebookId), sql`date_trunc('milliseconds', ${createdAt}) <= ${asOf}::timestamptz`)).orderBy(desc(createdAt), desc(lastUpdateId)).limit(1)
  return row === undefined ? null : readVersionText(tx, row.id)
}

interface Ran {
  runId: RunId
  cellId: CellId
  kind: CellKind
  source: string
  state: RunCellState
  finishedAt: string
}

const STATES = sql.join(RUN_CELL_STATES.map((state) => sql`(${state}::text)`), sql`, `)

/** In the order in which they ran. Of each cell the newest in each state are looked at, to which the index `run_cells_ended` leads. */
async function readRan(tx: Transaction, notebookId: NotebookId, asOf: string): Promise<Ran[]> {
  const rows = await tx.execute<{ [Part in keyof Ran]: Ran[Part] }>(sql`
    with recursive ${cellsThatRan(notebookId)}
    select newest.run_id as "runId", newest.cell_id as "cellId", newest.kind, newest.source, newest.state,
      to_char(newest.finished_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "finishedAt"
    from cells cross join lateral (
      select one.* from (values ${STATES}) states (state) cross join lateral (
        select c.* from run_cells c
        where c.notebook_id = ${notebookId} and c.cell_id = cells.cell_id and c.state = states.state and c.started_at is not null
          and c.finished_at < ${asOf}::timestamptz + interval '1 millisecond'
        order by c.finished_at desc, c.requested_at desc limit 1
      ) one order by one.finished_at desc, one.requested_at desc limit 1
    ) newest order by newest.position, "finishedAt"`)
  return [...rows]
}

/** The cells of the text; without a text those that ran. */
async function fillCells(tx: Transaction, notebookId: NotebookId, text: NotebookText | null, ran: readonly Ran[]): Promise<PastCell[]> {
  const byCell = new Map(ran.map((one) => [one.cellId, one]))
  const cells: Pick<PastCell, 'id' | 'kind' | 'source' | 'value'>[] = text === null ? ran.map(({ cellId, kind }) => ({ id: cellId, kind, source: null })) : text.cells.map(({ id, kind, source, value }) => ({ id, kind, source, ...(value !== undefined && { value }) }))
  const shown = await readShown(tx, notebookId, cells.flatMap(({ id }) => byCell.get(id) ?? []))
  const gone = await readGone(tx, shown)
  return cells.map((cell) => {
    const one = byCell.get(cell.id)
    const own = shown.filter(({ runId, cellId, output }) => runId === one?.runId && cellId === cell.id && output.kind !== 'progress' && output.kind !== 'clear').map(({ output }) => output)
    return {
      ...cell, outputs: own, gone: own.flatMap((output) => (output.kind === 'result' && gone.has(output.resultId) ? [output.resultId] : [])),
      ran: one === undefined ? null : { runId: one.runId, source: one.source, state: one.state, finishedAt: one.finishedAt },
    }
  })
}

async function readShown(tx: Transaction, notebookId: NotebookId, ran: readonly Ran[]): Promise<ShownOutput[]> {
  if (ran.length === 0) return []
  const wanted = new Set(ran.map(({ runId, cellId }) => `${runId} ${cellId}`))
  const rows = await tx.select({ runId: outputs.runId, cellId: outputs.cellId, output: outputs.output }).from(outputs)
    .where(and(eq(outputs.notebookId, notebookId), inArray(outputs.runId, [...new Set(ran.map(({ runId }) => runId))]))).orderBy(asc(outputs.seq))
  return joinOutputs(rows.filter(({ runId, cellId }) => wanted.has(`${runId} ${cellId}`)))
}

async function readGone(tx: Transaction, shown: readonly ShownOutput[]): Promise<Set<ResultId>> {
  const ids = shown.flatMap(({ output }) => (output.kind === 'result' ? [output.resultId] : []))
  if (ids.length === 0) return new Set()
  const rows = await tx.select({ id: results.id }).from(results).where(and(inArray(results.id, ids), isNotNull(results.removedAt)))
  return new Set(rows.map(({ id }) => id))
}
