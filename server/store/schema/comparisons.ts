/** Comparisons of two results of a notebook. The rows that differ are a Delta table of their own in the object store. */
import { sql } from 'drizzle-orm'
import { bigint, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { ComparisonSummary } from '#lib/domain/comparison.ts'
import type { ComparisonId, NotebookId, ResultId, UserId, WorkspaceId } from '#lib/domain/ids.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'
import { notebooks } from './notebooks.ts'
import { results } from './runs.ts'
import { workspaces } from './workspaces.ts'

export const comparisons = pgTable('comparisons', {
  id: id().$type<ComparisonId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  beforeId: uuid('before_id').$type<ResultId>().notNull().references(() => results.id, { onDelete: 'cascade' }),
  afterId: uuid('after_id').$type<ResultId>().notNull().references(() => results.id, { onDelete: 'cascade' }),
  /** The key that was asked for as a JSON list; empty: to be guessed. */
  askedKey: text('asked_key').notNull(),
  /** Key of the Delta table in the bucket; never rewritten. */
  path: text('path').notNull().unique(),
  columns: jsonb('columns').$type<ResultColumn[]>().notNull(),
  summary: jsonb('summary').$type<ComparisonSummary>().notNull(),
  createdBy: text('created_by').$type<UserId>().references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
  /** When somebody last looked at it, to the day. */
  usedAt: at('used_at').notNull().defaultNow(),
}, (table) => [
  uniqueIndex('comparisons_asked').on(table.beforeId, table.afterId, sql`md5(${table.askedKey})`),
  index('comparisons_after').on(table.afterId),
  index('comparisons_workspace').on(table.workspaceId, table.usedAt),
  check('comparisons_key', sql`length(${table.askedKey}) <= 20000`),
])
