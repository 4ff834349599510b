/** Schemas of long texts, for the API's routes and its document. */
import { z } from 'zod'

export const textParams = z.strictObject({ id: z.uuid(), text: z.uuid() })

const count = z.coerce.number().int().min(0).max(1_000_000_000)
export const partQuery = z.strictObject({ part: count, firstRow: count, rows: count })

export const textSchema = z.object({
  rows: z.int().meta({ description: 'Rows in all. A row is a line, or 1,000 characters of a longer one.' }),
  bytes: z.int(),
  parts: z.array(z.object({ part: z.int(), firstRow: z.int(), rows: z.int(), bytes: z.int() }).meta({ id: 'TextPart' })),
}).meta({ id: 'LongText' })
