/** What kernels need to run: workers and their heartbeat, and computes (Spark). A file of its own, since notebooks name computes and kernels name notebooks. */
import { sql } from 'drizzle-orm'
import { boolean, check, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { ComputeKind, ComputeState } from '#lib/domain/compute.ts'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import { at, createdAt, id } from './columns.ts'
import { workspaces } from './workspaces.ts'

export const workers = pgTable('workers', {
  /** graphile-worker's pool id, so that its locks can be freed by it. */
  id: text('id').primaryKey(),
  host: text('host').notNull(),
  pid: integer('pid').notNull(),
  startedAt: at('started_at').notNull().defaultNow(),
  beatAt: at('beat_at').notNull().defaultNow(),
}, (table) => [check('workers_pid', sql`${table.pid} > 0`)])

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
  uniqueIndex('computes_given').on(table.workspaceId).where(sql`${table.isGiven}`),
  check('computes_name_length', sql`length(${table.name}) between 1 and 60`),
  check('computes_pid', sql`${table.pid} > 0`),
  check('computes_limits', sql`${table.memoryMb} >= 512 and ${table.cores} >= 1 and ${table.idleMinutes} >= 1`),
  check('computes_kind', sql`${table.kind} in ('embedded','remote')`),
  check('computes_state', sql`${table.state} in ('stopped','starting','running','stopping','failed')`),
])
