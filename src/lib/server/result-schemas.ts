/** Schemas of results, pages and charts, shared by the API, the dashboards and the embeds. */
import { z } from 'zod'
import { AGGREGATES, MARKS } from '#lib/domain/chart.ts'
import { FILTER_OPERATORS, PAGE_MAX } from '#lib/domain/result.ts'
import { instant } from './api-schemas.ts'

const columnName = z.string().min(1).max(1000)

export const columnSchema = z.object({ name: z.string(), type: z.string().meta({ description: 'A Spark SQL type.', example: 'decimal(38,2)' }) }).meta({ id: 'ResultColumn' })

export const resultSchema = z.object({
  id: z.uuid(), notebookId: z.uuid(), runId: z.uuid(), cellId: z.string(), columns: z.array(columnSchema),
  rows: z.int().meta({ description: 'Rows stored.' }), truncated: z.boolean().meta({ description: 'The table had more rows than were stored.' }), createdAt: instant,
}).meta({ id: 'Result' })

export const pageRequest = z.strictObject({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(PAGE_MAX).default(100),
  sort: z.array(z.strictObject({ column: columnName, direction: z.enum(['asc', 'desc']) })).max(10).default([]),
  filter: z.array(z.strictObject({ column: columnName, operator: z.enum(FILTER_OPERATORS), value: z.string().max(2000).nullable().default(null) })).max(50).default([]),
})

export const pageSchema = z.object({
  columns: z.array(columnSchema),
  rows: z.array(z.array(z.unknown())).meta({ description: 'Rows of values. Bigints, decimals, dates, timestamps and binaries are text, so nothing is rounded.' }),
  offset: z.int(), total: z.int().meta({ description: 'Rows that match the filter.' }),
}).meta({ id: 'Page' })

export const chartEncoding = z.strictObject({
  mark: z.enum(MARKS), x: columnName, y: columnName.nullable(), color: columnName.nullable().default(null), aggregate: z.enum(AGGREGATES),
}).meta({ id: 'ChartEncoding' })

export const chartSchema = z.object({
  rows: z.array(z.object({ x: z.unknown(), y: z.unknown(), color: z.unknown().optional() })),
  xType: z.enum(['quantitative', 'temporal', 'nominal']), bin: z.union([z.number(), z.string()]).nullable(), truncated: z.boolean(),
}).meta({ id: 'ChartData' })
