/** Schemas of uploads and of what becomes of them. */
import { z } from 'zod'
import { PATH_MAX } from '#lib/domain/data.ts'
import { BAD_VALUES, COLUMNS_MAX, DELIMITERS, ENCODINGS, IF_EXISTS, IMPORT_STATES, IMPORT_TYPES } from '#lib/domain/import.ts'
import { UPLOAD_STATES } from '#lib/domain/upload.ts'
import { idParams, instant } from './api-schemas.ts'

export const partParams = idParams.extend({ part: z.coerce.number().int().min(1).max(10_000) })

const fileMark = {
  name: z.string().min(1).max(4000).meta({ description: 'The file’s name, for people.', example: 'orders.csv' }),
  bytes: z.int().min(0),
  changedAt: z.int().meta({ description: 'When the file was changed, in milliseconds since 1970.' }),
  head: z.string().regex(/^[0-9a-f]{64}$/).meta({ description: 'SHA-256 of its first 256 kB, in hex: by it the same file is known again.' }),
}
export const uploadRequest = z.strictObject(fileMark)
export const uploadSchema = z.object({
  ...fileMark, id: z.uuid(), state: z.enum(UPLOAD_STATES).meta({ description: 'Open until all parts are there and it was finished.' }),
  partBytes: z.int().meta({ description: 'Bytes of each part but the last.' }), parts: z.array(z.int()).meta({ description: 'Numbers, from 1, of the parts that are there.' }), createdAt: instant,
}).meta({ id: 'Upload' })

const width = z.int().min(1).max(10_000).meta({ description: 'How many columns the file has.' })
const readingSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('csv'), delimiter: z.enum(DELIMITERS), encoding: z.enum(ENCODINGS), hasHeader: z.boolean(), width }),
  z.strictObject({ format: z.literal('sheet'), sheet: z.int().min(0).max(1000), hasHeader: z.boolean(), width }),
  z.strictObject({ format: z.literal('json') }),
  z.strictObject({ format: z.literal('parquet') }),
])
const columnName = z.string().max(1000)
const importColumn = z.strictObject({ from: columnName.meta({ description: 'Its name in the file; c0, c1 … by its place in CSV and Excel.' }), name: columnName, type: z.enum(IMPORT_TYPES) })

export const lookRequest = z.strictObject({
  delimiter: z.enum(DELIMITERS).nullable().default(null), encoding: z.enum(ENCODINGS).nullable().default(null),
  hasHeader: z.boolean().nullable().default(null), sheet: z.int().min(0).max(1000).nullable().default(null),
}).meta({ description: 'What is null is found out.' })

export const lookSchema = z.object({
  reading: readingSchema, sheets: z.array(z.string()).nullable().meta({ description: 'Names of a workbook’s sheets.' }),
  columns: z.array(z.object({ from: z.string(), name: z.string(), type: z.enum(IMPORT_TYPES), given: z.string().nullable().meta({ description: 'The type that the file itself says.' }) })),
  rows: z.array(z.array(z.string().nullable())),
  isWhole: z.boolean().meta({ description: 'All of its columns are here; of much JSON there may be no time to look at every row for its fields.' }),
}).meta({ id: 'UploadLook' })

export const importRequest = z.strictObject({
  uploadId: z.uuid(),
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(PATH_MAX * 2).meta({ description: 'Where among the workspace’s files.', example: 'raw/orders.csv' }) }),
    z.strictObject({
      kind: z.literal('table'), schema: z.string().max(500).default('default'), table: z.string().max(500), reading: readingSchema, columns: z.array(importColumn).max(COLUMNS_MAX + 1),
      ifExists: z.enum(IF_EXISTS).default('refuse').meta({ description: 'What to do when there is such a table.' }),
      badValues: z.enum(BAD_VALUES).default('refuse').meta({ description: 'Values that are not of their column’s type: refuse the file, or take them as null.' }),
      leftOut: z.array(columnName).max(COLUMNS_MAX).optional().meta({ description: 'Fields of JSON that are to be in no column. Any field that is neither a column, nor among these, nor in the first 5000 rows has the file refused by its name.' }),
    }),
  ]),
})

export const importSchema = z.object({
  id: z.uuid(), uploadId: z.uuid(),
  target: z.union([
    z.object({ kind: z.literal('table'), schema: z.string(), table: z.string(), ifExists: z.enum(IF_EXISTS) }),
    z.object({ kind: z.literal('file'), path: z.string() }),
  ]),
  state: z.enum(IMPORT_STATES), rows: z.int(), fraction: z.number().nullable().meta({ description: 'How far it is, 0 to 1; null when that is not known.' }), message: z.string().nullable(),
  badColumns: z.array(z.object({ name: z.string(), type: z.enum(IMPORT_TYPES), count: z.int(), examples: z.array(z.object({ row: z.int(), text: z.string() })) })),
  createdAt: instant, finishedAt: instant.nullable(),
}).meta({ id: 'Import' })
