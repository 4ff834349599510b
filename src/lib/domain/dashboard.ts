/**
 * Dashboard: tiles on a grid of twelve columns. A tile shows the newest good result of a cell, so a dashboard needs no
 * run of its own and never shows a failed one; a text tile shows words.
 */
import type { ChartEncoding } from './chart.ts'
import type { CellId, DashboardId, NotebookId, ResultId, RunId, TileId, WorkspaceId } from './ids.ts'
import { accept, refuse, type Outcome } from './outcome.ts'
import { readEncoding } from './read-encoding.ts'
import type { ResultColumn } from './result.ts'
import type { RunCause } from './run.ts'

export const TILE_KINDS = ['table', 'chart', 'number', 'text'] as const
export type TileKind = (typeof TILE_KINDS)[number]

export const GRID_COLUMNS = 12
export const TILES_MAX = 60
const ROWS_MAX = 1000
const TALLEST = 40
const TEXT_MAX = 20_000
const TITLE_MAX = 200

export interface TilePlace {
  x: number
  y: number
  w: number
  h: number
}

export type TileContent =
  | { kind: 'table'; options: Record<string, never> }
  | { kind: 'chart'; options: { encoding: ChartEncoding } }
  /** The value of `column` in the first row. */
  | { kind: 'number'; options: { column: string } }
  | { kind: 'text'; options: { markdown: string } }

/** The table a tile shows now. */
export interface TileResult {
  id: ResultId
  runId: RunId
  columns: ResultColumn[]
  rows: number
  truncated: boolean
  finishedAt: string
  cause: RunCause
  /** A later run that came to its cell, or ended before it, and left no table: what is shown is from before it. */
  missed: MissedRun | null
}

export interface MissedRun {
  runId: RunId
  state: MissedState
  finishedAt: string
}

export const MISSED_STATES = ['failed', 'lost', 'skipped'] as const
export type MissedState = (typeof MISSED_STATES)[number]

export type Tile = TileContent & TilePlace & {
  id: TileId
  title: string
  source: { notebookId: NotebookId; notebookTitle: string; cellId: CellId } | null
  result: TileResult | null
  /** Of a number tile: the value as text, or why there is none. */
  number?: { value: string | null; problem: string | null }
}

export interface DashboardSummary {
  id: DashboardId
  workspaceId: WorkspaceId
  title: string
  tiles: number
  createdAt: string
  updatedAt: string
}

export interface Dashboard extends Omit<DashboardSummary, 'tiles'> {
  tiles: Tile[]
}

export const DEFAULT_SIZE: Record<TileKind, { w: number; h: number }> = {
  table: { w: 6, h: 4 }, chart: { w: 6, h: 4 }, number: { w: 3, h: 2 }, text: { w: 6, h: 2 },
}

export function checkDashboardTitle(text: string): Outcome<string, 'title-empty' | 'title-too-long'> {
  const title = text.trim().replace(/\s+/g, ' ')
  if (title === '') return refuse('title-empty', 'Give the dashboard a title.')
  return title.length > TITLE_MAX ? refuse('title-too-long', `A title has at most ${TITLE_MAX} characters.`) : accept(title)
}

export const checkTileTitle = (text: string): Outcome<string, 'title-too-long'> =>
  text.trim().length > TITLE_MAX ? refuse('title-too-long', `A title has at most ${TITLE_MAX} characters.`) : accept(text.trim())

/** Options as they come from outside or from the store, shaped for the kind; unknown fields are dropped. */
export function readTileContent(kind: TileKind, options: Record<string, unknown>): Outcome<TileContent, 'bad-request'> {
  if (kind === 'table') return accept({ kind, options: {} })
  if (kind === 'text') {
    const { markdown } = options
    if (typeof markdown !== 'string' || markdown.length > TEXT_MAX) return refuse('bad-request', `A text tile needs a text of at most ${TEXT_MAX} characters.`)
    return accept({ kind, options: { markdown } })
  }
  if (kind === 'number') {
    return typeof options.column === 'string' ? accept({ kind, options: { column: options.column } }) : refuse('bad-request', 'A number tile needs a column.')
  }
  const encoding = readEncoding(options.encoding)
  return encoding === null ? refuse('bad-request', 'A chart tile needs a mark, an x and an aggregate.') : accept({ kind, options: { encoding } })
}

/** Whatever is asked becomes a place that is on the grid. */
export function fitPlace(place: TilePlace): TilePlace {
  const w = clamp(place.w, 1, GRID_COLUMNS)
  return { w, h: clamp(place.h, 1, TALLEST), x: clamp(place.x, 0, GRID_COLUMNS - w), y: clamp(place.y, 0, ROWS_MAX) }
}

/** The first free place for a new tile, row by row. */
export function freePlace(taken: readonly TilePlace[], size: { w: number; h: number }): TilePlace {
  const bottom = Math.max(0, ...taken.map((tile) => tile.y + tile.h))
  for (let y = 0; y < bottom; y++) {
    for (let x = 0; x + size.w <= GRID_COLUMNS; x++) {
      const place = { x, y, ...size }
      if (!taken.some((tile) => overlaps(tile, place))) return place
    }
  }
  return { x: 0, y: bottom, ...size }
}

export const overlaps = (a: TilePlace, b: TilePlace): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, Math.trunc(Number.isFinite(value) ? value : least)))
