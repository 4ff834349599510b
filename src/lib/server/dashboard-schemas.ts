/** Schemas of dashboards and tiles. The shape of a tile's options is checked by the domain, by kind. */
import { z } from 'zod'
import { GRID_COLUMNS, MISSED_STATES, TILE_KINDS, TILES_MAX } from '#lib/domain/dashboard.ts'
import { RUN_CAUSES } from '#lib/domain/run.ts'
import { instant } from './api-schemas.ts'
import { columnSchema } from './result-schemas.ts'

const place = { x: z.int().min(0).max(GRID_COLUMNS - 1), y: z.int().min(0).max(1000), w: z.int().min(1).max(GRID_COLUMNS), h: z.int().min(1).max(40) }
export const placeSchema = z.strictObject(place).meta({ description: 'On a grid of twelve columns.' })

export const titleBody = z.strictObject({ title: z.string().max(300) })
export const editDashboardBody = z.strictObject({
  title: z.string().max(300).optional(),
  places: z.array(z.strictObject({ id: z.uuid(), ...place })).max(TILES_MAX).optional(),
})

const options = z.record(z.string(), z.unknown()).meta({ description: 'By kind. table: {}. chart: {encoding}. number: {column}. text: {markdown}.', example: { column: 'total' } })

export const newTileBody = z.strictObject({
  kind: z.enum(TILE_KINDS),
  title: z.string().max(300).default(''),
  source: z.strictObject({ notebookId: z.uuid(), cellId: z.string().max(64) }).nullable().default(null),
  options: options.default({}),
  place: placeSchema.optional(),
})

export const editTileBody = z.strictObject({ title: z.string().max(300).optional(), options: options.optional(), place: placeSchema.optional() })

export const dashboardSummarySchema = z.object({ id: z.uuid(), workspaceId: z.uuid(), title: z.string(), tiles: z.int(), createdAt: instant, updatedAt: instant }).meta({ id: 'DashboardSummary' })

const missedSchema = z.object({ runId: z.uuid(), state: z.enum(MISSED_STATES), finishedAt: instant }).nullable()
  .meta({ description: 'A later run of the cell that left no table: it failed there, was lost, or ended before it.' })

export const tileSchema = z.object({
  id: z.uuid(), kind: z.enum(TILE_KINDS), title: z.string(), options: z.record(z.string(), z.unknown()), ...place,
  source: z.object({ notebookId: z.uuid(), notebookTitle: z.string(), cellId: z.string() }).nullable(),
  result: z.object({ id: z.uuid(), runId: z.uuid(), columns: z.array(columnSchema), rows: z.int(), truncated: z.boolean(), finishedAt: instant, cause: z.enum(RUN_CAUSES), missed: missedSchema }).nullable()
    .meta({ description: 'The newest good result of its cell.' }),
  number: z.object({ value: z.string().nullable(), problem: z.string().nullable() }).optional(),
}).meta({ id: 'Tile' })

export const dashboardSchema = z.object({ id: z.uuid(), workspaceId: z.uuid(), title: z.string(), createdAt: instant, updatedAt: instant, tiles: z.array(tileSchema) }).meta({ id: 'Dashboard' })
