/** What columns of the rows that differ hold. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { summarizeDifference } from '#lib/server/door.ts'
import { summariesRequest, summarySchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({ name: 'summarize-difference', summary: 'Summarize columns of rows that differ', params: idParams, body: summariesRequest, response: z.array(summarySchema) },
  ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => summarizeDifference(deps, actor, params.id, body.columns, signal)))
