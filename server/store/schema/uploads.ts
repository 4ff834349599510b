/** Files on their way in: what was sent of each, and what each became or is becoming. */
import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, jsonb, pgTable, real, text, uuid } from 'drizzle-orm/pg-core'
import type { BadColumn, ImportState, ImportTarget } from '#lib/domain/import.ts'
import type { UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { UploadState } from '#lib/domain/upload.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** A sheet of a workbook, once it was taken out of it. */
export interface Sheet {
  name: string
  rows: number
  width: number
}

export const uploads = pgTable('uploads', {
  id: id(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  createdBy: text('created_by').$type<UserId>().notNull().references(() => user.id, { onDelete: 'cascade' }),
  name: text('name').notNull(),
  bytes: bigint('bytes', { mode: 'number' }).notNull(),
  changedAt: bigint('changed_at', { mode: 'number' }).notNull(),
  head: text('head').notNull(),
  partBytes: integer('part_bytes').notNull(),
  state: text('state').$type<UploadState>().notNull().default('open'),
  /** By which the store knows it while it is in parts. */
  storeId: text('store_id').notNull(),
  sheets: jsonb('sheets').$type<Sheet[]>(),
  /** Why its sheets could not be taken out. */
  problem: text('problem'),
  createdAt: createdAt(),
  touchedAt: at('touched_at').notNull().defaultNow(),
}, (table) => [
  index('uploads_person').on(table.workspaceId, table.createdBy),
  index('uploads_touched').on(table.touchedAt),
  check('uploads_name', sql`length(${table.name}) between 1 and 255`),
  check('uploads_bytes', sql`${table.bytes} > 0 and ${table.partBytes} > 0`),
  check('uploads_head', sql`${table.head} ~ '^[0-9a-f]{64}$'`),
  check('uploads_state', sql`${table.state} in ('open','whole')`),
])

export const imports = pgTable('imports', {
  id: id(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** Not a foreign key: the upload goes when its table is made; the import stays. */
  uploadId: uuid('upload_id').notNull(),
  requestedBy: text('requested_by').$type<UserId>().references(() => user.id, { onDelete: 'set null' }),
  target: jsonb('target').$type<ImportTarget>().notNull(),
  state: text('state').$type<ImportState>().notNull().default('waiting'),
  rows: bigint('rows', { mode: 'number' }).notNull().default(0),
  fraction: real('fraction'),
  message: text('message'),
  badColumns: jsonb('bad_columns').$type<BadColumn[]>().notNull().default([]),
  cancelAskedAt: at('cancel_asked_at'),
  createdAt: createdAt(),
  finishedAt: at('finished_at'),
}, (table) => [
  index('imports_upload').on(table.uploadId, table.createdAt),
  index('imports_workspace').on(table.workspaceId, table.createdAt),
  check('imports_rows', sql`${table.rows} >= 0`),
  check('imports_fraction', sql`${table.fraction} between 0 and 1`),
  check('imports_finished', sql`(${table.finishedAt} is not null) = (${table.state} in ('done','failed','cancelled'))`),
  check('imports_state', sql`${table.state} in ('waiting','running','done','failed','cancelled')`),
])
