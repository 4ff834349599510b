/** Dashboards, their tiles, and shares: links by token. Only the SHA-256 of a token is kept. */
import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { CellId, DashboardId, NotebookId, ShareId, TileId, WorkspaceId } from '#lib/domain/ids.ts'
import { user } from './auth.ts'
import { at, bytea, createdAt, id } from './columns.ts'
import { notebooks } from './notebooks.ts'
import { workspaces } from './workspaces.ts'

export const dashboards = pgTable('dashboards', {
  id: id().$type<DashboardId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  title: text('title').notNull(),
  createdBy: text('created_by').references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
  updatedAt: at('updated_at').notNull().defaultNow(),
}, (table) => [
  index('dashboards_workspace').on(table.workspaceId),
  check('dashboards_title', sql`length(${table.title}) between 1 and 200`),
])

export const tiles = pgTable('tiles', {
  id: id().$type<TileId>(),
  dashboardId: uuid('dashboard_id').$type<DashboardId>().notNull().references(() => dashboards.id, { onDelete: 'cascade' }),
  kind: text('kind').$type<'table' | 'chart' | 'number' | 'text'>().notNull(),
  title: text('title').notNull().default(''),
  /** Where its data comes from: the newest good result of this cell. Null for text tiles. */
  notebookId: uuid('notebook_id').$type<NotebookId>().references(() => notebooks.id, { onDelete: 'cascade' }),
  cellId: text('cell_id').$type<CellId>(),
  /** Chart encoding, number column and format, or markdown text; shaped in src/lib/domain/dashboard.ts. */
  options: jsonb('options').$type<Record<string, unknown>>().notNull().default({}),
  x: integer('x').notNull().default(0),
  y: integer('y').notNull().default(0),
  w: integer('w').notNull().default(6),
  h: integer('h').notNull().default(4),
}, (table) => [
  index('tiles_dashboard').on(table.dashboardId),
  check('tiles_title', sql`length(${table.title}) <= 200`),
  check('tiles_place', sql`${table.x} >= 0 and ${table.y} >= 0 and ${table.w} >= 1 and ${table.h} >= 1 and ${table.x} + ${table.w} <= 12`),
  check('tiles_kind', sql`${table.kind} in ('table','chart','number','text')`),
  check('tiles_source', sql`${table.kind} = 'text' or (${table.notebookId} is not null and ${table.cellId} is not null)`),
])

export const shares = pgTable('shares', {
  id: id().$type<ShareId>(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  kind: text('kind').$type<'notebook' | 'dashboard' | 'tile'>().notNull(),
  notebookId: uuid('notebook_id').$type<NotebookId>().references(() => notebooks.id, { onDelete: 'cascade' }),
  dashboardId: uuid('dashboard_id').$type<DashboardId>().references(() => dashboards.id, { onDelete: 'cascade' }),
  tileId: uuid('tile_id').$type<TileId>().references(() => tiles.id, { onDelete: 'cascade' }),
  tokenHash: bytea('token_hash').notNull(),
  /** Origins that may frame an embed; empty for a notebook link. */
  allowedOrigins: jsonb('allowed_origins').$type<string[]>().notNull().default([]),
  expiresAt: at('expires_at'),
  revokedAt: at('revoked_at'),
  lastUsedAt: at('last_used_at'),
  createdBy: text('created_by').references(() => user.id, { onDelete: 'set null' }),
  createdAt: createdAt(),
}, (table) => [
  uniqueIndex('shares_token').on(table.tokenHash),
  index('shares_workspace').on(table.workspaceId),
  check('shares_hash', sql`octet_length(${table.tokenHash}) = 32`),
  check('shares_kind', sql`(${table.kind} = 'notebook' and ${table.notebookId} is not null) or (${table.kind} = 'dashboard' and ${table.dashboardId} is not null) or (${table.kind} = 'tile' and ${table.tileId} is not null)`),
  check('shares_target', sql`num_nonnulls(${table.notebookId}, ${table.dashboardId}, ${table.tileId}) = 1`),
])
