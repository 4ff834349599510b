/** The bin of a workspace's tables and files: where each lay, and how far its move there or back has come. */
import { sql } from 'drizzle-orm'
import { bigint, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { BinState } from '#lib/domain/data.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { user } from './auth.ts'
import { at, id } from './columns.ts'
import { workspaces } from './workspaces.ts'

export const binnedData = pgTable('binned_data', {
  id: id(),
  workspaceId: uuid('workspace_id').$type<WorkspaceId>().notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  kind: text('kind').$type<'table' | 'file'>().notNull(),
  /** For people: `sales.orders`, or the file's path. */
  name: text('name').notNull(),
  /** Key where it lay: a table's folder, or the file. */
  path: text('path').notNull(),
  state: text('state').$type<BinState>().notNull().default('moving'),
  bytes: bigint('bytes', { mode: 'number' }),
  deletedBy: text('deleted_by').references(() => user.id, { onDelete: 'set null' }),
  deletedAt: at('deleted_at').notNull().defaultNow(),
}, (table) => [
  index('binned_data_workspace').on(table.workspaceId, table.deletedAt),
  index('binned_data_path').on(table.workspaceId, table.path),
  uniqueIndex('binned_data_on_the_way').on(table.workspaceId, table.path).where(sql`${table.state} in ('moving','restoring')`),
  check('binned_data_bytes', sql`${table.bytes} >= 0`),
  check('binned_data_kind', sql`${table.kind} in ('table','file')`),
  check('binned_data_state', sql`${table.state} in ('moving','kept','restoring','removing')`),
])
