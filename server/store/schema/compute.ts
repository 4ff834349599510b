/** What executes: workers and their heartbeat, computes (Spark), and kernels (one Python process each). */
import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { ComputeKind, ComputeState } from '#lib/domain/compute.ts'
import type { ComputeId, KernelId, NotebookId, RunId, WorkspaceId } from '#lib/domain/ids.ts'
import type { KernelState } from '#lib/domain/kernel.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'
import { notebooks } from './notebooks.ts'
import { runs } from './runs.ts'
import { workspaces } from './workspaces.ts'

export const workers = pgTable('workers', {
  /** graphile-worker's pool id, so that its locks can be freed by it. */
  id: text('id').primaryKey(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  startedAt: at('started_at').notNull().defaultNow(),
  beatAt: at('beat_at').notNull().defaultNow(),
})

export const computes = pgTable('computes', {
  id: id().$type<ComputeId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  kind: text('kind').$type<ComputeKind>().notNull(),
  /** The Spark Connect URL without what may be secret; of an embedded one only while it runs. */
  url: text('url'),
  /** What follows the address of a remote one (token and the like), sealed: server/compute/seal-parameters.ts. */
  sealedParameters: text('sealed_parameters'),
  /** Spark's own pages: of an embedded one while it runs, on its host; of a remote one where its owner says. */
  uiUrl: text('ui_url'),
  state: text('state').$type<ComputeState>().notNull().default('stopped'),
  reason: text('reason'),
  isDefault: boolean('is_default').notNull().default(false),
  /** The one that came with the workspace: it follows SPARK_REMOTE. */
  isGiven: boolean('is_given').notNull().default(false),
  /** Limits of an embedded one; null: what the installation gives. */
  memoryMb: integer('memory_mb'),
  cores: integer('cores'),
  /** Stopped after so long without a run; null: after the installation's time. */
  idleMinutes: integer('idle_minutes'),
  host: text('host'),
  pid: integer('pid'),
  /** Start time of the process in clock ticks since boot, so that a reused pid is not taken for it. */
  pidStarted: text('pid_started'),
  logPath: text('log_path'),
  startedAt: at('started_at'),
  lastUsedAt: at('last_used_at'),
  createdAt: createdAt(),
}, (table) => [
  uniqueIndex('computes_name').on(table.workspaceId, table.name),
  uniqueIndex('computes_default').on(table.workspaceId).where(sql`${table.isDefault}`),
  check('computes_limits', sql`${table.memoryMb} >= 512 and ${table.cores} >= 1 and ${table.idleMinutes} >= 1`),
  check('computes_kind', sql`${table.kind} in ('embedded','remote')`),
  check('computes_state', sql`${table.state} in ('stopped','starting','running','stopping','failed')`),
])

export const kernels = pgTable('kernels', {
  id: id().$type<KernelId>(),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  /** Set for the fresh kernel of a scheduled run; null for the notebook's own. */
  runId: uuid('run_id').$type<RunId>().references(() => runs.id, { onDelete: 'cascade' }),
  computeId: uuid('compute_id').$type<ComputeId>().references(() => computes.id, { onDelete: 'set null' }),
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
  uniqueIndex('kernels_live').on(table.notebookId).where(sql`${table.runId} is null and ${table.endedAt} is null`),
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
