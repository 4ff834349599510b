/** The points of a chart over a whole table. */
import { tableParams, versionQuery } from '#lib/server/data-schemas.ts'
import { readTableChart } from '#lib/server/door.ts'
import { chartEncoding, chartSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'read-table-chart', summary: 'Read the points of a chart of a table', description: 'Aggregated over the whole table; at most 5 000 points.',
  params: tableParams, query: versionQuery, body: chartEncoding, response: chartSchema,
}, ({ deps, actor, params: { id, ...name }, query, body, event }) =>
  whileWanted(event, (signal) => readTableChart(deps, actor, { ...name, workspaceId: id, version: query.version ?? null, encoding: body, signal })))
