/** Runs, their cells, and the notebook's numbered feed: run events and outputs share one line of numbers. */
import { sql } from 'drizzle-orm'
import { bigint, boolean, check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { CellKind } from '#lib/domain/cell.ts'
import type { FeedEvent, Output } from '#lib/domain/feed.ts'
import type { CellId, NotebookId, ResultId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { ROW_LIMIT, type CutBy, type RowLimit } from '#lib/domain/row-limit.ts'
import type { ParameterValue } from '#lib/domain/parameter.ts'
import type { RunCause, RunCellState, RunEnvironment, RunScope, RunState } from '#lib/domain/run.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'
import { notebooks } from './notebooks.ts'
import { workspaces } from './workspaces.ts'

export const runs = pgTable('runs', {
  id: id().$type<RunId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  cause: text('cause').$type<RunCause>().notNull(),
  requestedBy: text('requested_by').references(() => user.id, { onDelete: 'set null' }),
  /** The HTTP request that asked for it, the same id as in the log. */
  requestId: text('request_id'),
  scope: jsonb('scope').$type<RunScope>().notNull(),
  state: text('state').$type<RunState>().notNull().default('queued'),
  reason: text('reason'),
  hasFreshKernel: boolean('has_fresh_kernel').notNull().default(false),
  /** Values of the notebook's inputs as they were when it was asked for, by name. */
  parameters: jsonb('parameters').$type<Record<string, ParameterValue>>().notNull().default({}),
  /** What it ran on, told by its kernel; null before that. */
  environment: jsonb('environment').$type<RunEnvironment>(),
  /** The run that this one does again with the same text and parameters. */
  rerunOf: uuid('rerun_of'),
  /** Of two that wait in a notebook, the lower one goes first; by the time of asking when equal. */
  queueRank: integer('queue_rank').notNull().default(0),
  /** Seconds; null: no limit. */
  timeoutSeconds: integer('timeout_seconds'),
  cellTimeoutSeconds: integer('cell_timeout_seconds'),
  attempt: integer('attempt').notNull().default(0),
  maxAttempts: integer('max_attempts').notNull().default(1),
  /** Made anew by each claim; every write of the worker carries it. */
  attemptToken: uuid('attempt_token'),
  /** The last batch of output that the attempt has written: one that comes a second time is known. */
  outputBatch: integer('output_batch').notNull().default(0),
  /** Not a foreign key: a worker's row goes when it ends. */
  workerId: text('worker_id'),
  requestedAt: at('requested_at').notNull().defaultNow(),
  startedAt: at('started_at'),
  finishedAt: at('finished_at'),
}, (table) => [
  index('runs_notebook').on(table.notebookId, table.requestedAt),
  index('runs_workspace').on(table.workspaceId, table.requestedAt),
  foreignKey({ columns: [table.rerunOf], foreignColumns: [table.id] }).onDelete('set null'),
  index('runs_open').on(table.state).where(sql`${table.finishedAt} is null`),
  /** Of a notebook the open ones, and the ended ones by their end. */
  index('runs_ended').on(table.notebookId, table.finishedAt),
  check('runs_state', sql`${table.state} in ('queued','starting','running','cancelling','succeeded','failed','cancelled','lost')`),
  check('runs_cause', sql`${table.cause} in ('person','api','schedule','workflow')`),
  check('runs_timeouts', sql`${table.timeoutSeconds} > 0 and ${table.cellTimeoutSeconds} > 0`),
  check('runs_attempts', sql`${table.attempt} >= 0 and ${table.maxAttempts} >= 1`),
  check('runs_output_batch', sql`${table.outputBatch} >= 0`),
  check('runs_finished', sql`(${table.finishedAt} is not null) = (${table.state} in ('succeeded','failed','cancelled','lost'))`),
])

export const runCells = pgTable('run_cells', {
  runId: uuid('run_id').$type<RunId>().notNull().references(() => runs.id, { onDelete: 'cascade' }),
  cellId: text('cell_id').$type<CellId>().notNull(),
  /** Of its run, as is the next: written by the database whoever inserts (the trigger in the migrations), and here so that an index leads to the newest of a cell. */
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().$defaultFn(() => sql`default`).references(() => notebooks.id, { onDelete: 'cascade' }),
  requestedAt: at('requested_at').notNull().$defaultFn(() => sql`default`),
  position: integer('position').notNull(),
  kind: text('kind').$type<CellKind>().notNull(),
  source: text('source').notNull(),
  sourceDigest: text('source_digest').notNull(),
  /** Rows that each of its tables keeps; null: all. */
  rowLimit: integer('row_limit').$type<RowLimit>().default(ROW_LIMIT),
  state: text('state').$type<RunCellState>().notNull().default('queued'),
  executionCount: integer('execution_count'),
  startedAt: at('started_at'),
  finishedAt: at('finished_at'),
}, (table) => [
  primaryKey({ columns: [table.runId, table.cellId] }),
  uniqueIndex('run_cells_position').on(table.runId, table.position),
  /** Of each cell those that began, the last begun first, and behind them those that did not, the last asked for first. */
  index('run_cells_newest').on(table.notebookId, table.cellId, table.startedAt.desc(), table.requestedAt.desc(), table.runId),
  index('run_cells_ended').on(table.notebookId, table.cellId, table.state, table.finishedAt.desc().nullsFirst(), table.runId).where(sql`${table.startedAt} is not null`),
  check('run_cells_position_positive', sql`${table.position} >= 0`),
  check('run_cells_kind', sql`${table.kind} in ('python','sql','markdown','chart','input')`),
  check('run_cells_execution_count', sql`${table.executionCount} >= 0`),
  check('run_cells_row_limit', sql`${table.rowLimit} > 0`),
  check('run_cells_state', sql`${table.state} in ('queued','running','succeeded','failed','cancelled','skipped','lost')`),
])

export const runEvents = pgTable('run_events', {
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  runId: uuid('run_id').$type<RunId>().references(() => runs.id, { onDelete: 'cascade' }),
  event: jsonb('event').$type<FeedEvent>().notNull(),
  at: at('at').notNull().defaultNow(),
}, (table) => [
  primaryKey({ columns: [table.notebookId, table.seq] }),
  index('run_events_run').on(table.runId),
  check('run_events_seq', sql`${table.seq} >= 1`),
])

export const outputs = pgTable('outputs', {
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  runId: uuid('run_id').$type<RunId>().notNull(),
  cellId: text('cell_id').$type<CellId>().notNull(),
  output: jsonb('output').$type<Output>().notNull(),
  at: at('at').notNull().defaultNow(),
}, (table) => [
  primaryKey({ columns: [table.notebookId, table.seq] }),
  check('outputs_seq', sql`${table.seq} >= 1`),
  index('outputs_run').on(table.runId, table.cellId, table.seq),
  foreignKey({ columns: [table.runId, table.cellId], foreignColumns: [runCells.runId, runCells.cellId] }).onDelete('cascade'),
])

export const results = pgTable('results', {
  id: id().$type<ResultId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  runId: uuid('run_id').$type<RunId>().notNull(),
  cellId: text('cell_id').$type<CellId>().notNull(),
  /** Key of the Delta table in the bucket; never rewritten. */
  path: text('path').notNull().unique(),
  version: bigint('version', { mode: 'number' }).notNull(),
  columns: jsonb('columns').$type<ResultColumn[]>().notNull(),
  rows: bigint('rows', { mode: 'number' }).notNull(),
  truncated: boolean('truncated').notNull(),
  /** Which limit it met; null of a whole one, and of those from before this was kept. */
  cutBy: text('cut_by').$type<CutBy>(),
  /** It shows all of the table of which that one shows the first rows. */
  wholeOf: uuid('whole_of').$type<ResultId>(),
  /** Kept whatever the workspace's rule says. */
  pinnedAt: at('pinned_at'),
  /** Given up by the rule; then its table is erased, which may take several attempts. */
  removedAt: at('removed_at'),
  erasedAt: at('erased_at'),
  createdAt: createdAt(),
}, (table) => [
  index('results_to_erase').on(table.workspaceId).where(sql`${table.removedAt} is not null and ${table.erasedAt} is null`),
  index('results_whole').on(table.wholeOf).where(sql`${table.wholeOf} is not null`),
  foreignKey({ columns: [table.wholeOf], foreignColumns: [table.id] }).onDelete('set null'),
  check('results_cut', sql`${table.cutBy} in ('rows', 'bytes')`),
  index('results_cell').on(table.notebookId, table.cellId, table.createdAt),
  index('results_run').on(table.runId, table.cellId),
  foreignKey({ columns: [table.runId, table.cellId], foreignColumns: [runCells.runId, runCells.cellId] }).onDelete('cascade'),
  check('results_version', sql`${table.version} >= 0`),
  check('results_whole_of_another', sql`${table.wholeOf} <> ${table.id}`),
  check('results_erased', sql`${table.erasedAt} is null or ${table.removedAt} is not null`),
  check('results_rows', sql`${table.rows} >= 0`),
])
