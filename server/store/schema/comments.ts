/** Comments: threads anchored in a notebook, what people say in them, and who was named (the inbox). */
import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { CommentAnchor } from '#lib/domain/comment.ts'
import type { CellId, CommentId, NotebookId, ThreadId, UserId } from '#lib/domain/ids.ts'
import { user } from './auth.ts'
import { at, createdAt, id } from './columns.ts'
import { notebooks } from './notebooks.ts'

export const commentThreads = pgTable('comment_threads', {
  id: id().$type<ThreadId>(),
  notebookId: uuid('notebook_id').$type<NotebookId>().notNull().references(() => notebooks.id, { onDelete: 'cascade' }),
  cellId: text('cell_id').$type<CellId>().notNull(),
  anchor: jsonb('anchor').$type<CommentAnchor>().notNull(),
  /** What stood there when the thread began: shown when the place is gone. */
  quote: text('quote').notNull().default(''),
  createdBy: text('created_by').$type<UserId>().references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
  resolvedBy: text('resolved_by').$type<UserId>().references(() => user.id, { onDelete: 'set null' }),
  resolvedAt: at('resolved_at'),
}, (table) => [
  index('comment_threads_notebook').on(table.notebookId, table.createdAt),
  check('comment_threads_resolved', sql`${table.resolvedBy} is null or ${table.resolvedAt} is not null`),
  check('comment_threads_quote', sql`length(${table.quote}) <= 500`),
])

export const comments = pgTable('comments', {
  id: id().$type<CommentId>(),
  threadId: uuid('thread_id').$type<ThreadId>().notNull().references(() => commentThreads.id, { onDelete: 'cascade' }),
  authorId: text('author_id').$type<UserId>().references(() => user.id, { onDelete: 'set null' }),
  /** Kept beside the id: what was said stays readable when its author has left. */
  authorName: text('author_name').notNull(),
  body: text('body').notNull(),
  createdAt: createdAt(),
  editedAt: at('edited_at'),
  deletedAt: at('deleted_at'),
}, (table) => [
  index('comments_thread').on(table.threadId, table.createdAt),
  check('comments_body', sql`length(${table.body}) between 1 and 10000`),
])

export const mentions = pgTable('mentions', {
  id: id(),
  commentId: uuid('comment_id').$type<CommentId>().notNull().references(() => comments.id, { onDelete: 'cascade' }),
  userId: text('user_id').$type<UserId>().notNull().references(() => user.id, { onDelete: 'cascade' }),
  createdAt: createdAt(),
  readAt: at('read_at'),
}, (table) => [
  uniqueIndex('mentions_once').on(table.commentId, table.userId),
  index('mentions_inbox').on(table.userId, table.createdAt),
])
