/** The versions of a table. */
import { historyQuery, historySchema, tableParams } from '#lib/server/data-schemas.ts'
import { readTableHistory } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-table-history', summary: 'Read the versions of a table, newest first', params: tableParams, query: historyQuery, response: historySchema },
  ({ deps, actor, params: { id, ...name }, query }) => readTableHistory(deps, actor, { ...name, workspaceId: id, before: query.before ?? null, limit: query.limit }))
