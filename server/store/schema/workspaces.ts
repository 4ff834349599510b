/** Workspaces, their members, and the audit log (append-only: the trigger in the migrations refuses UPDATE and DELETE). */
import { sql } from 'drizzle-orm'
import { bigserial, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { Role } from '#lib/domain/member.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'

export const workspaces = pgTable('workspaces', {
  id: id().$type<WorkspaceId>(),
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  /** The rule by which old results go (src/lib/domain/retention.ts); null: by none. */
  resultsKeepDays: integer('results_keep_days'),
  resultsKeepCount: integer('results_keep_count'),
  createdAt: createdAt(),
}, (table) => [
  check('workspaces_slug', sql`${table.slug} ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'`),
  check('workspaces_name', sql`length(${table.name}) between 1 and 80`),
  check('workspaces_retention', sql`${table.resultsKeepDays} > 0 and ${table.resultsKeepCount} > 0`),
])

export const members = pgTable('members', {
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  userId: text('user_id').notNull().references(() => user.id, { onDelete: 'cascade' }),
  role: text('role').$type<Role>().notNull(),
  createdAt: createdAt(),
}, (table) => [
  primaryKey({ columns: [table.workspaceId, table.userId] }),
  index('members_user').on(table.userId),
  check('members_role', sql`${table.role} in ('owner','editor','runner','commenter','viewer')`),
])

export const audit = pgTable('audit', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: at('at').notNull().defaultNow(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>(),
  /** A user id, `guest` or `system`. Not a foreign key: the log outlives people. */
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
  requestId: text('request_id'),
}, (table) => [index('audit_workspace').on(table.workspaceId, table.id)])
