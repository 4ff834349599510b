/** What columns of a result hold. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { summarizeColumns } from '#lib/server/door.ts'
import { summariesRequest, summarySchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'summarize-columns',
  summary: 'Summarize columns of a result',
  description: 'Over the whole stored table: nulls, NaN and infinities apart, different values, least, greatest, mean, and the values in bins or the commonest of them.',
  params: idParams, body: summariesRequest, response: z.array(summarySchema),
}, ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => summarizeColumns(deps, actor, params.id, body.columns, signal)))
