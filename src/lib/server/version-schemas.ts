/** Schemas of versions, for the API's routes and its document. */
import { z } from 'zod'
import { CELL_KINDS } from '#lib/domain/cell.ts'
import { VERSION_CAUSES, VERSION_NAME_MAX } from '#lib/domain/version.ts'
import { instant } from './api-schemas.ts'
import { parameterValue, rowLimitSchema, tableViewsSchema } from './run-schemas.ts'

const cellId = z.string().max(64)

export const versionNameBody = z.strictObject({ name: z.string().max(VERSION_NAME_MAX + 100).meta({ example: 'Sent to the board' }) })

const author = z.object({
  userId: z.string().nullable(), name: z.string(), color: z.string(),
  cellIds: z.array(cellId).meta({ description: 'Cells that this person changed since the version before; empty when only the title.' }),
})

export const versionSchema = z.object({
  id: z.uuid(), cause: z.enum(VERSION_CAUSES).meta({ description: '`auto`: taken while people worked. `restore`: the state right before something older was brought back.' }),
  name: z.string().nullable(), authors: z.array(author), createdAt: instant,
}).meta({ id: 'Version' })

export const versionWithTextSchema = versionSchema.extend({
  text: z.object({ title: z.string(), cells: z.array(z.object({
    id: cellId, kind: z.enum(CELL_KINDS), source: z.string(), value: parameterValue.optional().meta({ description: 'Of an input: what it was set to.' }), rowLimit: rowLimitSchema.optional(), tableViews: tableViewsSchema.optional(),
  })) }),
}).meta({ id: 'VersionWithText' })

export const restoreBody = z.strictObject({ cellId: cellId.optional().meta({ description: 'This cell alone; without it the whole notebook.' }) })

export const restoredSchema = z.object({
  before: z.uuid().meta({ description: 'The version that holds what was there before.' }),
  left: z.array(cellId).meta({ description: 'Cells that are locked and were left as they are.' }),
}).meta({ id: 'Restored' })
