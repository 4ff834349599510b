/** Tiles with what they show now: each the newest good result of its cell and whether a later run missed it, a number tile with its value. No authorization: the caller has done it. */
import { asc, eq } from 'drizzle-orm'
import { readTileContent, type MissedRun, type Tile, type TileResult } from '#lib/domain/dashboard.ts'
import type { DashboardId } from '#lib/domain/ids.ts'
import type { Deps } from '../deps.ts'
import { newestGoodResult, type GoodResult } from '../results/newest-good-result.ts'
import { newestMissedRun } from '../results/newest-missed-run.ts'
import { showNumber } from './show-number.ts'
import { tiles } from '../store/schema/dashboards.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import type { TileRow } from './authorize-dashboard.ts'

export async function readTiles(deps: Pick<Deps, 'db' | 'reader'>, dashboardId: DashboardId): Promise<Tile[]> {
  const rows = await deps.db.select({ tile: tiles, notebookTitle: notebooks.title }).from(tiles)
    .leftJoin(notebooks, eq(notebooks.id, tiles.notebookId))
    .where(eq(tiles.dashboardId, dashboardId))
    .orderBy(asc(tiles.y), asc(tiles.x), asc(tiles.id))
  return Promise.all(rows.map((row) => readTile(deps, row.tile, row.notebookTitle ?? '')))
}

export async function readTile(deps: Pick<Deps, 'db' | 'reader'>, row: TileRow, notebookTitle: string): Promise<Tile> {
  const content = readTileContent(row.kind, row.options)
  if (!content.ok) throw new Error(`The tile ${row.id} has options that do not fit its kind.`)
  const { id, title, x, y, w, h, notebookId, cellId } = row
  const base = { id, title, x, y, w, h, ...content.value }
  if (notebookId === null || cellId === null) return { ...base, source: null, result: null }
  const good = await newestGoodResult(deps.db, notebookId, cellId)
  const missed = good === null ? null : await newestMissedRun(deps.db, notebookId, cellId, good.finishedAt)
  const tile = { ...base, source: { notebookId, notebookTitle, cellId }, result: good === null ? null : toTileResult(good, missed) }
  if (base.kind !== 'number' || good === null) return tile
  return { ...tile, number: await readNumber(deps, good, base.options.column) }
}

const toTileResult = ({ result, finishedAt, cause }: GoodResult, missed: MissedRun | null): TileResult => ({
  id: result.id, runId: result.runId, columns: result.columns, rows: result.rows, truncated: result.truncated, finishedAt: finishedAt.toISOString(), cause, missed,
})

async function readNumber({ reader }: Pick<Deps, 'reader'>, { result }: GoodResult, column: string): Promise<NonNullable<Tile['number']>> {
  const found = result.columns.find((one) => one.name === column)
  if (found === undefined) return { value: null, problem: `The newest result has no column “${column}”. Edit the tile or the cell.` }
  const page = await reader.page({ path: result.path, version: result.version, columns: [found] }, { offset: 0, limit: 1, sort: [], filter: [] })
  if (!page.ok) return { value: null, problem: page.message }
  return { value: showNumber(page.value.rows[0]?.[0], found.type), problem: null }
}
