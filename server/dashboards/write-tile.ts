/** Adds, changes and removes tiles. A tile's cell must be in a notebook of the dashboard's workspace. */
import { and, eq } from 'drizzle-orm'
import { checkTileTitle, DEFAULT_SIZE, fitPlace, freePlace, readTileContent, TILES_MAX, type Tile, type TileKind, type TilePlace } from '#lib/domain/dashboard.ts'
import { isCellId, isUuid, type CellId, type DashboardId, type NotebookId, type WorkspaceId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Executor } from '../store/client.ts'
import { dashboards, tiles } from '../store/schema/dashboards.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeDashboard, authorizeTile } from './authorize-dashboard.ts'
import { readTile } from './read-tiles.ts'

export interface NewTile {
  kind: TileKind
  title?: string
  source: { notebookId: string; cellId: string } | null
  options: Record<string, unknown>
  place?: TilePlace
}

export type TileRefusal = AuthorizeRefusal | 'bad-request' | 'title-too-long' | 'too-many-tiles' | 'cell-missing'

export async function addTile(deps: Pick<Deps, 'db' | 'reader'>, actor: Actor | null, input: NewTile & { dashboardId: string }): Promise<Outcome<Tile, TileRefusal>> {
  const allowed = await authorizeDashboard(deps, actor, input.dashboardId, 'dashboard:edit')
  if (!allowed.ok) return allowed
  const { id: dashboardId, workspaceId } = allowed.value
  const added = await deps.db.transaction((tx) => insertTile(tx, workspaceId, dashboardId, input))
  return added.ok ? accept(await readTile(deps, added.value.row, added.value.notebookTitle)) : added
}

type Inserted = { row: typeof tiles.$inferSelect; notebookTitle: string }

export async function insertTile(tx: Executor, workspaceId: WorkspaceId, dashboardId: DashboardId, input: NewTile): Promise<Outcome<Inserted, TileRefusal>> {
  const content = readTileContent(input.kind, input.options)
  if (!content.ok) return content
  const title = checkTileTitle(input.title ?? '')
  if (!title.ok) return title
  const source = input.kind === 'text' ? null : await findSource(tx, workspaceId, input.source)
  if (source !== null && !source.ok) return source
  await tx.select({ id: dashboards.id }).from(dashboards).where(eq(dashboards.id, dashboardId)).for('update')
  const taken = await tx.select().from(tiles).where(eq(tiles.dashboardId, dashboardId))
  if (taken.length >= TILES_MAX) return refuse('too-many-tiles', `A dashboard has at most ${TILES_MAX} tiles. Remove one or begin another dashboard.`)
  const place = input.place === undefined ? freePlace(taken, DEFAULT_SIZE[input.kind]) : fitPlace(input.place)
  const [row] = await tx.insert(tiles).values({ dashboardId, kind: input.kind, title: title.value, options: content.value.options, ...place, notebookId: source?.value.notebookId ?? null, cellId: source?.value.cellId ?? null }).returning()
  if (row === undefined) throw new Error('The tile was not written.')
  await touch(tx, dashboardId)
  return accept({ row, notebookTitle: source?.value.notebookTitle ?? '' })
}

type Source = { notebookId: NotebookId; cellId: CellId; notebookTitle: string }

async function findSource(tx: Executor, workspaceId: WorkspaceId, source: NewTile['source']): Promise<Outcome<Source, 'cell-missing'>> {
  const missing = refuse('cell-missing', 'Choose a cell of a notebook in this workspace.')
  if (source === null || !isUuid(source.notebookId) || !isCellId(source.cellId)) return missing
  const notebookId = source.notebookId as NotebookId
  const [row] = await tx.select({ title: notebooks.title }).from(notebooks).where(and(eq(notebooks.id, notebookId), eq(notebooks.workspaceId, workspaceId)))
  return row === undefined ? missing : accept({ notebookId, cellId: source.cellId, notebookTitle: row.title })
}

export async function editTile(deps: Pick<Deps, 'db'>, actor: Actor | null, input: { tileId: string; title?: string; options?: Record<string, unknown>; place?: TilePlace }): Promise<Outcome<null, TileRefusal>> {
  const allowed = await authorizeTile(deps, actor, input.tileId, 'dashboard:edit')
  if (!allowed.ok) return allowed
  const { tile } = allowed.value
  const content = readTileContent(tile.kind, input.options ?? tile.options)
  if (!content.ok) return content
  const title = checkTileTitle(input.title ?? tile.title)
  if (!title.ok) return title
  await deps.db.transaction(async (tx) => {
    await tx.update(tiles).set({ title: title.value, options: content.value.options, ...(input.place === undefined ? {} : fitPlace(input.place)) }).where(eq(tiles.id, tile.id))
    await touch(tx, tile.dashboardId)
  })
  return accept(null)
}

export async function removeTile(deps: Pick<Deps, 'db'>, actor: Actor | null, tileId: string): Promise<Outcome<null, AuthorizeRefusal>> {
  const allowed = await authorizeTile(deps, actor, tileId, 'dashboard:edit')
  if (!allowed.ok) return allowed
  const { tile } = allowed.value
  await deps.db.transaction(async (tx) => {
    await tx.delete(tiles).where(eq(tiles.id, tile.id))
    await touch(tx, tile.dashboardId)
  })
  return accept(null)
}


const touch = (tx: Executor, dashboardId: DashboardId) => tx.update(dashboards).set({ updatedAt: new Date() }).where(eq(dashboards.id, dashboardId))
