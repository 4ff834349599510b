/** Rows of a table. A POST because sort and filter are a body; it changes nothing. */
import { tableParams, versionQuery } from '#lib/server/data-schemas.ts'
import { readTablePage } from '#lib/server/door.ts'
import { pageRequest, pageSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'read-table-page', summary: 'Read rows of a table, now or at a version', description: 'Sorted and filtered by the server over the whole table; Spark may be asleep.',
  params: tableParams, query: versionQuery, body: pageRequest, response: pageSchema,
}, ({ deps, actor, params: { id, ...name }, query, body, event }) =>
  whileWanted(event, (signal) => readTablePage(deps, actor, { ...name, workspaceId: id, version: query.version ?? null, page: body, signal })))
