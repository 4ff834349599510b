/** Where a text stands in a table. A POST because sort and filter are a body; it changes nothing. */
import { tableParams, versionQuery } from '#lib/server/data-schemas.ts'
import { findInTable } from '#lib/server/door.ts'
import { findRequest, foundSchema } from '#lib/server/result-schemas.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'find-in-table', summary: 'Look for a text in a table', description: 'In every column of the whole table, now or at a version; the rows that hold it, by their place in the sorted and filtered rows.',
  params: tableParams, query: versionQuery, body: findRequest, response: foundSchema,
}, ({ deps, actor, params: { id, ...name }, query, body, event }) =>
  whileWanted(event, (signal) => findInTable(deps, actor, { ...name, workspaceId: id, version: query.version ?? null, find: body, signal })))
