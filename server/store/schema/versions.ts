/** Versions of a notebook's text: taken by themselves while people work, named by people, and before a restore. */
import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { NotebookId, UserId, VersionId } from '#lib/domain/ids.ts'
import type { VersionAuthor, VersionCause } from '#lib/domain/version.ts'
import { user } from './auth.ts'
import { bytea, createdAt, id } from './columns.ts'
import { notebooks } from './notebooks.ts'

export const notebookVersions = pgTable('notebook_versions', {
  id: id().$type<VersionId>(),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  epoch: integer('epoch').notNull(),
  /** The document's updates up to this id are in the text. */
  lastUpdateId: bigint('last_update_id', { mode: 'number' }).notNull(),
  cause: text('cause').$type<VersionCause>().notNull(),
  name: text('name'),
  /** The notebook's text as JSON, gzipped. */
  content: bytea('content').notNull(),
  /** sha-256 of the JSON: a version equal to the one before it is not taken. */
  digest: text('digest').notNull(),
  /** Who changed which cells since the version before. */
  authors: jsonb('authors').$type<VersionAuthor[]>().notNull().default([]),
  createdBy: text('created_by').$type<UserId>().references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
}, (table) => [
  index('notebook_versions_notebook').on(table.notebookId, table.createdAt),
  check('notebook_versions_epoch', sql`${table.epoch} >= 1`),
  check('notebook_versions_last_update', sql`${table.lastUpdateId} >= 0`),
  check('notebook_versions_cause', sql`${table.cause} in ('auto','named','restore')`),
  check('notebook_versions_name', sql`${table.name} is null or length(${table.name}) between 1 and 200`),
])
