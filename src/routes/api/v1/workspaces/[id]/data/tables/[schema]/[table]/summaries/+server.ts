/** What columns of a table hold. */
import { z } from 'zod'
import { tableParams, versionQuery } from '#lib/server/data-schemas.ts'
import { summarizeTable } from '#lib/server/door.ts'
import { summariesRequest, summarySchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'summarize-table', summary: 'Summarize columns of a table', description: 'Over the whole table, now or at a version, as of a result.',
  params: tableParams, query: versionQuery, body: summariesRequest, response: z.array(summarySchema),
}, ({ deps, actor, params: { id, ...name }, query, body, event }) =>
  whileWanted(event, (signal) => summarizeTable(deps, actor, { ...name, workspaceId: id, version: query.version ?? null, columns: body.columns, signal })))
