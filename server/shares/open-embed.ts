/**
 * What an embed shows: the tiles of its dashboard, or its one tile, and nothing else. Readers of an embed have no
 * identity; each request proves the token anew, and data is given per tile: a chart's tile gives its chart, not the table.
 */
import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { ChartData } from '#lib/domain/chart.ts'
import type { Tile } from '#lib/domain/dashboard.ts'
import { isUuid, type ResultId, type TileId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import { readTile, readTiles } from '../dashboards/read-tiles.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import type { ResultRow } from '../results/authorize-result.ts'
import { newestGoodResult } from '../results/newest-good-result.ts'
import { chartOf } from '../results/read-chart.ts'
import { dashboards, shares, tiles } from '../store/schema/dashboards.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { results, runCells } from '../store/schema/runs.ts'
import { limitEmbed } from './limit-embed.ts'
import { openShare, type OpenRefusal, type ShareRow } from './open-share.ts'
import { hashToken, isToken } from './share-token.ts'

export interface Embed {
  kind: 'dashboard' | 'tile'
  title: string
  allowedOrigins: string[]
  tiles: Tile[]
}

export type EmbedDeps = Pick<Deps, 'db' | 'sql' | 'log' | 'reader'>
export interface EmbedRequest {
  token: string
  address: string
}

export interface EmbedTableRequest extends EmbedRequest {
  tileId: string
  /** The result that is on the reader's screen, so that the rows of two results never mix; the newest when it is not of this tile. */
  resultId: string | null
}

/** Who may frame it, also when it is over: then its sentence is read in the frame. */
export async function embedOrigins(deps: Pick<Deps, 'db'>, token: string): Promise<string[]> {
  const [row] = isToken(token) ? await deps.db.select({ origins: shares.allowedOrigins }).from(shares).where(eq(shares.tokenHash, hashToken(token))) : []
  return row?.origins ?? []
}

export async function openEmbed(deps: EmbedDeps, { token, address }: EmbedRequest): Promise<Outcome<Embed, OpenRefusal>> {
  const share = await openShare(deps, token, address)
  if (!share.ok) return share
  const tooOften = await limitEmbed(deps, share.value, address, 'rows')
  if (tooOften !== null) return tooOften
  const { allowedOrigins, dashboardId, tileId } = share.value
  if (tileId !== null) {
    const [row] = await deps.db.select({ tile: tiles, title: dashboards.title }).from(tiles).innerJoin(dashboards, eq(dashboards.id, tiles.dashboardId)).where(eq(tiles.id, tileId))
    if (row !== undefined) return accept({ kind: 'tile', title: row.tile.title || row.title, allowedOrigins, tiles: await forReaders(deps, [await readTile(deps, row.tile, '')]) })
  }
  const [dashboard] = dashboardId === null ? [] : await deps.db.select({ title: dashboards.title }).from(dashboards).where(eq(dashboards.id, dashboardId))
  if (dashboardId === null || dashboard === undefined) return refuse('not-found', 'This link is not an embed.')
  return accept({ kind: 'dashboard', title: dashboard.title, allowedOrigins, tiles: await forReaders(deps, await readTiles(deps, dashboardId)) })
}

/** What its owners threw away is not shown to others any more. */
async function forReaders(deps: Pick<Deps, 'db'>, all: Tile[]): Promise<Tile[]> {
  const ids = all.flatMap(({ source }) => (source === null ? [] : [source.notebookId]))
  const trashed = new Set(ids.length === 0 ? [] : (await deps.db.select({ id: notebooks.id }).from(notebooks).where(and(inArray(notebooks.id, ids), isNotNull(notebooks.trashedAt)))).map(({ id }) => id))
  return all.map((tile) => withoutSource(tile.source !== null && trashed.has(tile.source.notebookId) ? withoutResult(tile) : tile))
}

function withoutResult(tile: Tile): Tile {
  const { number: _number, ...rest } = tile as Tile & { number?: unknown }
  return { ...rest, result: null } as Tile
}

/** Where the data comes from, and columns that are not shown, are not for the readers of the page around it. */
const withoutSource = (tile: Tile): Tile => ({ ...tile, source: null, result: tile.result === null || tile.kind === 'table' ? tile.result : { ...tile.result, columns: [] } })

export type EmbedDataRefusal = OpenRefusal | ReaderRefusal

export async function readEmbedPage(deps: EmbedDeps, request: EmbedTableRequest & { page: PageRequest }, signal?: AbortSignal): Promise<Outcome<Page, EmbedDataRefusal>> {
  const found = await findTable(deps, request, 'table')
  return found.ok ? deps.reader.page(found.value.table, request.page, signal) : found
}

/** The chart as the tile says, whatever the reader of the page asks. */
export async function readEmbedChart(deps: EmbedDeps, request: EmbedTableRequest, signal?: AbortSignal): Promise<Outcome<ChartData, EmbedDataRefusal>> {
  const found = await findTable(deps, request, 'chart')
  if (!found.ok) return found
  const tile = await readTile(deps, found.value.tile, '')
  return tile.kind === 'chart' ? chartOf(deps, found.value.table, tile.options.encoding, signal) : refuse('not-found', 'This tile has no chart.')
}

type TileRow = typeof tiles.$inferSelect

/** The table of a tile, for whoever holds the token; of a tile of this kind only. */
export async function findTable(deps: EmbedDeps, { token, address, tileId, resultId }: EmbedTableRequest, kind: 'table' | 'chart', wish: 'rows' | 'file' = 'rows'): Promise<Outcome<{ tile: TileRow; table: ResultRow }, OpenRefusal | 'result-gone'>> {
  const share = await openShare(deps, token, address)
  if (!share.ok) return share
  const tooOften = await limitEmbed(deps, share.value, address, wish)
  if (tooOften !== null) return tooOften
  const missing = refuse('not-found', 'There is no such tile in this embed.')
  const [tile] = isUuid(tileId) ? await deps.db.select().from(tiles).where(eq(tiles.id, tileId as TileId)) : []
  if (tile === undefined || tile.kind !== kind || !holds(share.value, tile) || tile.notebookId === null || tile.cellId === null) return missing
  const [notebook] = await deps.db.select({ trashedAt: notebooks.trashedAt }).from(notebooks).where(eq(notebooks.id, tile.notebookId))
  if (notebook === undefined || notebook.trashedAt !== null) return refuse('result-gone', 'This table is not shown any more.')
  const table = (await findResult(deps, tile, resultId)) ?? (await newestGoodResult(deps.db, tile.notebookId, tile.cellId))?.result
  return table === undefined ? refuse('result-gone', 'There is no result to show yet.') : accept({ tile, table })
}

async function findResult(deps: Pick<Deps, 'db'>, { notebookId, cellId }: TileRow, resultId: string | null): Promise<ResultRow | undefined> {
  if (resultId === null || notebookId === null || cellId === null || !isUuid(resultId)) return undefined
  const [row] = await deps.db.select().from(results)
    .innerJoin(runCells, and(eq(runCells.runId, results.runId), eq(runCells.cellId, results.cellId), eq(runCells.state, 'succeeded')))
    .where(and(eq(results.id, resultId as ResultId), eq(results.notebookId, notebookId), eq(results.cellId, cellId)))
  return row?.results
}

const holds = (share: ShareRow, tile: TileRow): boolean => (share.tileId === null ? share.dashboardId === tile.dashboardId : share.tileId === tile.id)
