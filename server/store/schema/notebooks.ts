/** Notebooks and their documents: the appended Yjs updates and the snapshot that replaces the oldest of them. */
import { sql } from 'drizzle-orm'
import { bigint, bigserial, check, index, integer, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import { user } from './auth.ts'
import { at, bytea, createdAt, id } from './columns.ts'
import { computes } from './computes.ts'
import { workspaces } from './workspaces.ts'

export const notebooks = pgTable('notebooks', {
  id: id().$type<NotebookId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** Mirror of the document's title, for lists; the room writes it. */
  title: text('title').notNull(),
  folder: text('folder').notNull().default(''),
  epoch: integer('epoch').notNull().default(1),
  /** The last number given out on this notebook's feed. */
  feedSeq: bigint('feed_seq', { mode: 'number' }).notNull().default(0),
  /** The default compute when null. */
  computeId: uuid('compute_id').references(() => computes.id, { onDelete: 'set null' }),
  createdBy: text('created_by').references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
  updatedAt: at('updated_at').notNull().defaultNow(),
  trashedAt: at('trashed_at'),
}, (table) => [
  index('notebooks_workspace').on(table.workspaceId, table.updatedAt),
  index('notebooks_compute').on(table.computeId).where(sql`${table.computeId} is not null`),
  check('notebooks_epoch', sql`${table.epoch} >= 1`),
  check('notebooks_feed_seq', sql`${table.feedSeq} >= 0`),
])

export const documentUpdates = pgTable('document_updates', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  epoch: integer('epoch').notNull(),
  update: bytea('update').notNull(),
  /** Not a foreign key: what was typed outlives who typed it. */
  userId: text('user_id'),
  createdAt: createdAt(),
}, (table) => [
  index('document_updates_notebook').on(table.notebookId, table.epoch, table.id),
  check('document_updates_epoch', sql`${table.epoch} >= 1`),
  check('document_updates_size', sql`octet_length(${table.update}) between 1 and 8388608`),
])

export const documentSnapshots = pgTable('document_snapshots', {
  notebookId: uuid('notebook_id').$type<NotebookId>().primaryKey().references(() => notebooks.id, { onDelete: 'cascade' }),
  epoch: integer('epoch').notNull(),
  state: bytea('state').notNull(),
  /** Which of Yjs's two update formats `state` is in: 1, or 2, which is a third smaller. */
  encoding: smallint('encoding').notNull().default(1),
  /** Every update up to this id is inside `state`. */
  lastUpdateId: bigint('last_update_id', { mode: 'number' }).notNull(),
  createdAt: createdAt(),
}, (table) => [
  check('document_snapshots_epoch', sql`${table.epoch} >= 1`),
  check('document_snapshots_encoding', sql`${table.encoding} in (1, 2)`),
  check('document_snapshots_last_update', sql`${table.lastUpdateId} >= 0`),
])
