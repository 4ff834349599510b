/** Schemas of comparisons, for the API's routes and its document. */
import { z } from 'zod'
import { KEY_COLUMNS_MAX } from '#lib/domain/compare-key.ts'
import { RUN_CAUSES, RUN_CELL_STATES } from '#lib/domain/run.ts'
import { instant } from './api-schemas.ts'
import { columnSchema } from './result-schemas.ts'

const keyColumn = z.string().min(1).max(1000)

export const compareBody = z.strictObject({
  before: z.uuid().meta({ description: 'A result of this notebook.' }), after: z.uuid(),
  key: z.array(keyColumn).max(KEY_COLUMNS_MAX).nullable().default(null).meta({ description: 'Columns that tell rows apart. Null: guessed. Empty: rows are compared as wholes.' }),
})

const count = z.int()
const both = z.object({ before: count, after: count })
const compareAs = z.enum(['same', 'number', 'double', 'instant', 'text'])
const figures = z.object({
  nulls: count, nans: count, infinities: count, distinct: count.nullable(), isDistinctExact: z.boolean(), min: z.unknown(), max: z.unknown(), mean: z.number().nullable(),
})

export const comparisonSchema = z.object({
  id: z.uuid(), notebookId: z.uuid(), before: z.uuid(), after: z.uuid(), askedKey: z.array(z.string()).nullable(),
  key: z.array(z.string()).meta({ description: 'The key that was used; empty when rows were compared as wholes.' }),
  repeatedKeys: count.meta({ description: 'Keys that stand for several rows in one of the tables; those rows are compared as wholes.' }),
  rows: both, counts: z.object({ added: count, removed: count, changed: count, unchanged: count }),
  schema: z.object({
    added: z.array(columnSchema), removed: z.array(columnSchema), moved: z.array(z.string()),
    retyped: z.array(z.object({ name: z.string(), before: z.string(), after: z.string(), as: compareAs })),
  }),
  columns: z.array(z.object({
    name: z.string(), as: compareAs.nullable(), changed: count.nullable().meta({ description: 'Rows in which it changed; null without a key.' }),
    before: figures.nullable(), after: figures.nullable(), shares: z.array(both.extend({ value: z.string() })).meta({ description: 'Of categories: the values whose share of the rows moved most.' }),
  })),
  stored: z.object({ rows: count, of: count }).meta({ description: 'Rows that differ, and how many of them the comparison’s own table holds.' }),
  tableColumns: z.array(columnSchema).meta({ description: 'Columns of the table of rows that differ.' }),
  createdAt: instant,
}).meta({ id: 'Comparison' })

export const otherResultSchema = z.object({
  id: z.uuid(), runId: z.uuid(), state: z.enum(RUN_CELL_STATES), cause: z.enum(RUN_CAUSES), requestedBy: z.object({ name: z.string() }).nullable(), createdAt: instant,
  rows: count, columns: count, truncated: z.boolean(), place: count.meta({ description: 'Among the tables of its run, from 1.' }), isGone: z.boolean(),
}).meta({ id: 'OtherResult' })
