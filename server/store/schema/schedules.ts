/** Schedules and their ticks; workflows, their steps and their runs. A tick is unique per (schedule, due_at): it can never double. */
import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { CellId, NotebookId, RunId, ScheduleId, WorkflowId, WorkspaceId } from '#lib/domain/ids.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'
import { notebooks } from './notebooks.ts'
import { runs } from './runs.ts'
import { workspaces } from './workspaces.ts'

export const schedules = pgTable('schedules', {
  id: id().$type<ScheduleId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  /** One cell, or the whole notebook when null. */
  cellId: text('cell_id').$type<CellId>(),
  cron: text('cron').notNull(),
  zone: text('zone').notNull(),
  catchUp: text('catch_up').$type<'skip' | 'latest' | 'all'>().notNull().default('latest'),
  overlap: text('overlap').$type<'queue' | 'skip'>().notNull().default('queue'),
  /** Seconds that a run, and each of its cells, may take; null: no limit. */
  timeoutSeconds: integer('timeout_seconds'),
  cellTimeoutSeconds: integer('cell_timeout_seconds'),
  isPaused: boolean('is_paused').notNull().default(false),
  pauseReason: text('pause_reason'),
  /** Runs with this person's current rights. */
  ownerId: text('owner_id').references(() => user.id, { onDelete: 'set null' }),
  /** Ticks up to this instant are settled. */
  settledUntil: at('settled_until').notNull().defaultNow(),
  /** The first tick after `settledUntil`, so that the worker finds what is due by an index. */
  nextDueAt: at('next_due_at').notNull(),
  /** Failed runs of ticks before this instant no longer count towards the pause. */
  failuresSince: at('failures_since').notNull().defaultNow(),
  createdAt: createdAt(),
}, (table) => [
  index('schedules_notebook').on(table.notebookId),
  index('schedules_due').on(table.nextDueAt).where(sql`not ${table.isPaused}`),
  index('schedules_workspace').on(table.workspaceId),
  check('schedules_catch_up', sql`${table.catchUp} in ('skip','latest','all')`),
  check('schedules_timeouts', sql`${table.timeoutSeconds} > 0 and ${table.cellTimeoutSeconds} > 0`),
  check('schedules_overlap', sql`${table.overlap} in ('queue','skip')`),
])

export const ticks = pgTable('ticks', {
  scheduleId: uuid('schedule_id').$type<ScheduleId>().notNull().references(() => schedules.id, { onDelete: 'cascade' }),
  dueAt: at('due_at').notNull(),
  state: text('state').$type<'ran' | 'missed' | 'skipped' | 'refused'>().notNull(),
  runId: uuid('run_id').$type<RunId>().references(() => runs.id, { onDelete: 'set null' }),
  reason: text('reason'),
  createdAt: createdAt(),
}, (table) => [
  primaryKey({ columns: [table.scheduleId, table.dueAt] }),
  index('ticks_run').on(table.runId),
  check('ticks_run_of_ran', sql`${table.runId} is null or ${table.state} = 'ran'`),
  check('ticks_state', sql`${table.state} in ('ran','missed','skipped','refused')`),
])

export const workflows = pgTable('workflows', {
  id: id().$type<WorkflowId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  createdBy: text('created_by').references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
}, (table) => [
  uniqueIndex('workflows_name').on(table.workspaceId, table.name),
  check('workflows_name_length', sql`length(${table.name}) between 1 and 100`),
])

export const workflowSteps = pgTable('workflow_steps', {
  workflowId: uuid('workflow_id').$type<WorkflowId>().notNull().references(() => workflows.id, { onDelete: 'cascade' }),
  /** A short name, unique in the workflow, such as `clean`. */
  key: text('key').notNull(),
  /** Its place in the list that a person edits. */
  position: integer('position').notNull(),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  dependsOn: jsonb('depends_on').$type<string[]>().notNull().default([]),
}, (table) => [
  primaryKey({ columns: [table.workflowId, table.key] }),
  uniqueIndex('workflow_steps_position').on(table.workflowId, table.position),
  index('workflow_steps_notebook').on(table.notebookId),
  check('workflow_steps_position_positive', sql`${table.position} >= 0`),
])

export const workflowRuns = pgTable('workflow_runs', {
  id: id(),
  workflowId: uuid('workflow_id').$type<WorkflowId>().notNull().references(() => workflows.id, { onDelete: 'cascade' }),
  state: text('state').$type<'running' | 'succeeded' | 'failed' | 'cancelled'>().notNull().default('running'),
  requestedBy: text('requested_by').references(() => user.id, { onDelete: 'set null' }),
  /** The failed run whose succeeded steps this one keeps. */
  rerunOf: uuid('rerun_of'),
  startedAt: at('started_at').notNull().defaultNow(),
  finishedAt: at('finished_at'),
}, (table) => [
  index('workflow_runs_workflow').on(table.workflowId, table.startedAt),
  foreignKey({ columns: [table.rerunOf], foreignColumns: [table.id] }).onDelete('set null'),
  check('workflow_runs_finished', sql`(${table.finishedAt} is not null) = (${table.state} <> 'running')`),
  check('workflow_runs_state', sql`${table.state} in ('running','succeeded','failed','cancelled')`),
])

export const workflowRunSteps = pgTable('workflow_run_steps', {
  workflowRunId: uuid('workflow_run_id').notNull().references(() => workflowRuns.id, { onDelete: 'cascade' }),
  key: text('key').notNull(),
  position: integer('position').notNull(),
  /** Not a foreign key: what was run stays told when its notebook is gone. */
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull(),
  dependsOn: jsonb('depends_on').$type<string[]>().notNull().default([]),
  state: text('state').$type<'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled'>().notNull().default('waiting'),
  runId: uuid('run_id').$type<RunId>().references(() => runs.id, { onDelete: 'set null' }),
  /** Why it did not run or succeed, a sentence. */
  reason: text('reason'),
}, (table) => [
  primaryKey({ columns: [table.workflowRunId, table.key] }),
  index('workflow_run_steps_run').on(table.runId),
  check('workflow_run_steps_position', sql`${table.position} >= 0`),
  check('workflow_run_steps_state', sql`${table.state} in ('waiting','running','succeeded','failed','skipped','cancelled')`),
])
