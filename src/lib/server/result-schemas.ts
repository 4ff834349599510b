/** Schemas of results, pages and charts, shared by the API, the dashboards and the embeds. */
import { z } from 'zod'
import { AGGREGATES, MARKS, SORTS, STACKS, TIME_UNITS } from '#lib/domain/chart.ts'
import { SUMMARIES_MAX } from '#lib/domain/column-summary.ts'
import { FIND_TEXT_MAX, HITS_MAX } from '#lib/domain/find-rows.ts'
import { CUTS } from '#lib/domain/row-limit.ts'
import { FILTER_OPERATORS, PAGE_MAX } from '#lib/domain/result.ts'
import { FILE_FORMATS } from '#lib/domain/result-file.ts'
import { FILTER_VALUE_MAX, FILTERS_MAX } from '#lib/domain/row-filter.ts'
import { instant } from './api-schemas.ts'

const columnName = z.string().min(1).max(1000)

export const columnSchema = z.object({ name: z.string(), type: z.string().meta({ description: 'A Spark SQL type.', example: 'decimal(38,2)' }) }).meta({ id: 'ResultColumn' })

export const resultSchema = z.object({
  id: z.uuid(), notebookId: z.uuid(), runId: z.uuid(), cellId: z.string(), columns: z.array(columnSchema),
  rows: z.int().meta({ description: 'Rows stored.' }), truncated: z.boolean().meta({ description: 'The table had more rows than were stored.' }),
  cutBy: z.enum(CUTS).nullable().meta({ description: 'The limit that it met: rows, or 256 MB.' }), wholeOf: z.uuid().nullable().meta({ description: 'The result with the first rows of the same table, where this one was loaded whole later.' }), createdAt: instant,
}).meta({ id: 'Result' })

const sort = z.array(z.strictObject({ column: columnName, direction: z.enum(['asc', 'desc']) })).max(10)
const filter = z.array(z.strictObject({ column: columnName, operator: z.enum(FILTER_OPERATORS), value: z.string().max(FILTER_VALUE_MAX).nullable().default(null) })).max(FILTERS_MAX)

export const pageRequest = z.strictObject({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(PAGE_MAX).default(100),
  sort: sort.default([]),
  filter: filter.default([]),
  columns: z.strictObject({ first: z.int().min(0), count: z.int().min(1).max(10_000) }).optional().meta({ description: 'Only these columns, by their place in the table; all when it is absent.' }),
  isWhole: z.boolean().optional().meta({ description: 'Of one row and one column: the value up to 2 000 000 characters, where pages cut at 20 000, or sooner when they hold many long ones.' }),
})

export const pageSchema = z.object({
  columns: z.array(columnSchema),
  rows: z.array(z.array(z.unknown())).meta({ description: 'Rows of values. Bigints, decimals, dates, timestamps and binaries are text, so nothing is rounded.' }),
  offset: z.int(), total: z.int().meta({ description: 'Rows that match the filter.' }),
}).meta({ id: 'Page' })

export const chartEncoding = z.strictObject({
  mark: z.enum(MARKS), x: columnName,
  y: columnName.nullable().meta({ description: 'What is measured; of `rect`, a heatmap, the column of its rows.' }),
  color: columnName.nullable().default(null).meta({ description: 'Tells series apart; of `rect` what is measured.' }),
  aggregate: z.enum(AGGREGATES),
  size: z.strictObject({ column: columnName.nullable(), aggregate: z.enum(AGGREGATES) }).optional().meta({ description: 'Of points.' }),
  facet: columnName.optional().meta({ description: 'One small chart for each of its values.' }),
  bin: z.union([z.number().positive(), z.enum(TIME_UNITS), z.literal('none')]).optional().meta({ description: 'Of x: a width for numbers, a unit for days and instants; as fits when it is absent.' }),
  sort: z.enum(SORTS).optional(), stack: z.enum(STACKS).optional(),
  filter: filter.optional().meta({ description: 'Only rows for which all of it holds are drawn.' }),
}).meta({ id: 'ChartEncoding' })

const chartAxis = z.enum(['quantitative', 'temporal', 'nominal'])
const chartBin = z.union([z.number(), z.string()]).nullable()
const chartLimit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cut'), rows: z.int().meta({ description: 'The result holds so many rows, the first of more.' }) }),
  z.object({ kind: z.literal('kept'), column: z.string(), shown: z.int(), of: z.int(), by: z.enum([...SORTS, 'rows']) }),
  z.object({ kind: z.literal('other'), channel: z.enum(['color', 'facet']), column: z.string(), named: z.int(), folded: z.int(), label: z.string() }),
  z.object({ kind: z.literal('sample'), shown: z.int(), of: z.int() }),
  z.object({ kind: z.literal('left-out'), column: z.string(), rows: z.int(), why: z.enum(['empty', 'not-finite']) }),
])

export const chartSchema = z.object({
  rows: z.array(z.object({ x: z.unknown(), y: z.unknown(), color: z.unknown().optional(), size: z.unknown().optional(), facet: z.unknown().optional() })),
  xType: chartAxis, bin: chartBin, truncated: z.boolean(),
  limits: z.array(chartLimit).meta({ description: 'What is not shown as it is.' }),
  yType: chartAxis.optional(), yBin: chartBin.optional(),
  colors: z.array(z.string()).optional(), isColorOrdered: z.boolean().optional(), facets: z.array(z.string()).optional(),
}).meta({ id: 'ChartData' })

export const findRequest = z.strictObject({
  text: z.string().min(1).max(FIND_TEXT_MAX).meta({ description: 'Looked for in every column, large and small letters alike.' }),
  offset: z.int().min(0).default(0), limit: z.int().min(1).max(HITS_MAX).default(HITS_MAX),
  sort: sort.default([]), filter: filter.default([]),
})

export const foundSchema = z.object({
  total: z.int().meta({ description: 'Rows that hold the text.' }),
  hits: z.array(z.object({ row: z.int().meta({ description: 'Its place in the sorted and filtered rows, from 0.' }), columns: z.array(z.int()).meta({ description: 'Places of the columns that hold it, from 0.' }) })),
}).meta({ id: 'FoundRows' })

export const summariesRequest = z.strictObject({ columns: z.array(columnName).min(1).max(SUMMARIES_MAX) })

const count = z.int()
export const summarySchema = z.object({
  column: z.string(), rows: count, nulls: count, nans: count, infinities: count, distinct: count.nullable(),
  isDistinctExact: z.boolean().meta({ description: 'Of very many rows, different values are estimated.' }),
  min: z.unknown(), max: z.unknown(), mean: z.number().nullable(),
  bins: z.object({ from: z.number(), to: z.number(), counts: z.array(count) }).nullable().meta({ description: 'Values in equal widths, in milliseconds since 1970 for days and instants.' }),
  top: z.array(z.object({ value: z.string(), count })).nullable().meta({ description: 'The commonest values.' }),
}).meta({ id: 'ColumnSummary' })

/** A list in an address is JSON: names of columns may hold any sign. */
const listParam = <S extends z.ZodType>(schema: S) => z.string().max(8000).transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('is not JSON')
    return z.NEVER
  }
}).pipe(schema)

export const downloadQuery = z.strictObject({
  format: z.enum(FILE_FORMATS).default('csv'),
  sort: listParam(sort).optional().meta({ description: 'JSON, as in a page.', example: '[{"column":"day","direction":"desc"}]' }),
  filter: listParam(filter).optional().meta({ description: 'JSON, as in a page.' }),
  columns: listParam(z.array(columnName).min(1).max(10_000)).optional().meta({ description: 'JSON: the names of the columns in their order; all when it is absent.' }),
  bom: z.enum(['0', '1']).default('0').meta({ description: 'CSV that begins with the mark by which Excel knows UTF-8.' }),
})

export type DownloadQuery = z.output<typeof downloadQuery>

/** The same in a body: the names of a wide table's columns are too long for an address. */
export const downloadRequest = z.strictObject({
  format: z.enum(FILE_FORMATS).default('csv'), sort: sort.default([]), filter: filter.default([]),
  columns: z.array(columnName).min(1).max(10_000).nullable().default(null).meta({ description: 'Names in their order; null for all.' }),
  hasBom: z.boolean().default(false).meta({ description: 'CSV that begins with the mark by which Excel knows UTF-8.' }),
})
