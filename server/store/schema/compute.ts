/** Kernels (one Python process each) and what was installed into them. What they run on is in computes.ts. */
import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { ComputeId, KernelId, NotebookId, RunId } from '#lib/domain/ids.ts'
import type { KernelState } from '#lib/domain/kernel.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'
import { computes } from './computes.ts'
import { notebooks } from './notebooks.ts'
import { runs } from './runs.ts'

export { computes, workers } from './computes.ts'

export const kernels = pgTable('kernels', {
  id: id().$type<KernelId>(),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  /** Set for the fresh kernel of a scheduled run; null for the notebook's own. */
  runId: uuid('run_id').$type<RunId>().references(() => runs.id, { onDelete: 'cascade' }),
  computeId: uuid('compute_id').$type<ComputeId>().references(() => computes.id, { onDelete: 'set null' }),
  /** Not a foreign key: a worker's row goes when it ends, and its kernels may live on. */
  workerId: text('worker_id'),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  pidStarted: text('pid_started').notNull(),
  /** The Jupyter connection file (0600) below the data folder. */
  connectionPath: text('connection_path').notNull(),
  state: text('state').$type<KernelState>().notNull(),
  endReason: text('end_reason'),
  /** Peak resident memory seen, in bytes. */
  peakBytes: bigint('peak_bytes', { mode: 'number' }),
  /** What it may use, in bytes; null: no limit. */
  limitBytes: bigint('limit_bytes', { mode: 'number' }),
  startedAt: at('started_at').notNull().defaultNow(),
  lastUsedAt: at('last_used_at').notNull().defaultNow(),
  endedAt: at('ended_at'),
}, (table) => [
  index('kernels_notebook').on(table.notebookId, table.startedAt),
  /** Beside the many of a notebook's scheduled runs. */
  index('kernels_own').on(table.notebookId, table.startedAt).where(sql`${table.runId} is null`),
  index('kernels_host').on(table.host).where(sql`${table.endedAt} is null`),
  uniqueIndex('kernels_live').on(table.notebookId).where(sql`${table.runId} is null and ${table.endedAt} is null`),
  check('kernels_pid', sql`${table.pid} > 0`),
  check('kernels_bytes', sql`${table.peakBytes} >= 0 and ${table.limitBytes} >= 0`),
  check('kernels_ended', sql`(${table.endedAt} is not null) = (${table.state} in ('dead','stopped'))`),
  check('kernels_state', sql`${table.state} in ('starting','idle','busy','dead','stopped')`),
])

/** Packages that a notebook installed into its kernel; a fresh kernel installs them again. */
export const notebookPackages = pgTable('notebook_packages', {
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  /** The distribution's name in PyPI's normal form. */
  name: text('name').notNull(),
  /** What pip was asked for, such as `polars==1.9`. */
  requirement: text('requirement').notNull(),
  /** The version that came. */
  version: text('version'),
  addedBy: text('added_by').references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
}, (table) => [primaryKey({ columns: [table.notebookId, table.name] })])
