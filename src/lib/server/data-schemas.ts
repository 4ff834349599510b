/** Schemas of a workspace's data: tables, files, the bin, and the space they take. */
import { z } from 'zod'
import { BIN_STATES, PATH_MAX } from '#lib/domain/data.ts'
import { RUN_STATES } from '#lib/domain/run.ts'
import { instant, workspaceParams } from './api-schemas.ts'
import { columnSchema } from './result-schemas.ts'

const name = z.string().min(1).max(128)
export const tableParams = workspaceParams.extend({ schema: name.meta({ example: 'sales' }), table: name.meta({ example: 'orders' }) })
export const versionQuery = z.strictObject({ version: z.coerce.number().int().min(0).optional().meta({ description: 'The table as it was at this version; the newest without it.' }) })
export const folderQuery = z.strictObject({ folder: z.string().max(PATH_MAX).default('').meta({ description: 'A path of the workspace’s files; empty for the top.' }) })
export const fileQuery = z.strictObject({ path: z.string().min(1).max(PATH_MAX).meta({ description: 'A path of the workspace’s files.', example: 'raw/orders.csv' }) })
export const historyQuery = z.strictObject({
  before: z.coerce.number().int().min(0).optional().meta({ description: 'Versions below this one: the next page.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const dataTableSchema = z.object({ schema: z.string(), table: z.string(), isShared: z.boolean().meta({ description: 'One of the samples: to be read only.' }) }).meta({ id: 'DataTable' })
export const tableListSchema = z.object({ tables: z.array(dataTableSchema), isCut: z.boolean() }).meta({ id: 'DataTables' })
export const tableColumnsSchema = z.object({
  tables: z.array(dataTableSchema.extend({ columns: z.array(columnSchema), isPassedOver: z.boolean().meta({ description: 'There was no time to read its log: it has columns, and they are not here.' }) })),
  isCut: z.boolean().meta({ description: 'There are more tables than these.' }),
}).meta({ id: 'TableColumns' })

export const tableDetailsSchema = dataTableSchema.extend({
  location: z.string(), version: z.int(), newest: z.int(), oldest: z.int().meta({ description: 'The first version that can still be read.' }), changedAt: instant, description: z.string().nullable(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), comment: z.string().nullable(), isNullable: z.boolean(), isPartition: z.boolean() })),
  rows: z.int().nullable().meta({ description: 'By the statistics of the log; null where it has none.' }), files: z.int().nullable(), bytes: z.int().nullable(),
}).meta({ id: 'TableDetails' })

export const historySchema = z.object({
  commits: z.array(z.object({
    version: z.int(), at: instant, operation: z.string(), by: z.object({ name: z.string(), runId: z.string().nullable(), notebookId: z.string().nullable() }).nullable(),
    engine: z.string().nullable(), rowsAdded: z.int().nullable(), rowsRemoved: z.int().nullable(), isReadable: z.boolean(),
  })),
  older: z.int().nullable().meta({ description: 'Ask on with `before`; null at the end.' }),
}).meta({ id: 'TableHistory' })

export const usesSchema = z.object({
  notebooks: z.array(z.object({ id: z.uuid(), title: z.string(), cells: z.int() })), isCut: z.boolean(),
  runs: z.array(z.object({ id: z.uuid(), notebookId: z.uuid(), notebookTitle: z.string(), state: z.enum(RUN_STATES), requestedAt: instant, by: z.string().nullable() })),
}).meta({ id: 'TableUses' })

export const folderSchema = z.object({
  folder: z.string(), folders: z.array(z.string()), files: z.array(z.object({ name: z.string(), bytes: z.int(), modifiedAt: instant })), isCut: z.boolean(), oddNames: z.int(),
}).meta({ id: 'DataFolder' })

export const previewSchema = z.object({
  path: z.string(), bytes: z.int(), modifiedAt: instant, location: z.string(),
  content: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('table'), head: z.object({ columns: z.array(columnSchema), moreColumns: z.int(), rows: z.array(z.array(z.string().nullable())) }) }),
    z.object({ kind: z.literal('text'), text: z.string(), isCut: z.boolean() }),
    z.object({ kind: z.literal('none'), why: z.string() }),
  ]),
}).meta({ id: 'FilePreview' })

export const binnedSchema = z.object({
  id: z.uuid(), kind: z.enum(['table', 'file']), name: z.string(), state: z.enum(BIN_STATES), bytes: z.int().nullable(), deletedBy: z.string().nullable(), deletedAt: instant, goesAt: instant,
}).meta({ id: 'BinnedData' })

export const retentionSchema = z.strictObject({
  days: z.int().nullable().meta({ description: 'Results older than this go; null keeps them.' }),
  count: z.int().nullable().meta({ description: 'Runs of each cell whose results stay; null keeps all.' }),
}).meta({ id: 'Retention' })

export const spaceSchema = z.object({
  areas: z.array(z.object({ area: z.enum(['tables', 'files', 'results', 'comparisons', 'texts', 'uploads', 'bin']), bytes: z.int(), objects: z.int(), isCut: z.boolean() })),
  rule: retentionSchema,
  pinned: z.array(z.object({ id: z.uuid(), notebookId: z.uuid(), notebookTitle: z.string(), rows: z.int(), createdAt: instant })),
}).meta({ id: 'Space' })
