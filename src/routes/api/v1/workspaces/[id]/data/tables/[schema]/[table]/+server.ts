/** One table of a workspace: what it is at a version; into the bin with it. */
import { binnedSchema, tableDetailsSchema, tableParams, versionQuery } from '#lib/server/data-schemas.ts'
import { binTable, readTable } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-table', summary: 'Read what a table is, now or at a version', params: tableParams, query: versionQuery, response: tableDetailsSchema },
  ({ deps, actor, params: { id, ...name }, query }) => readTable(deps, actor, { ...name, workspaceId: id, version: query.version ?? null }))

export const DELETE = route({ name: 'bin-table', summary: 'Put a table into the bin', description: 'It can be restored for 30 days. Refused while a run that names it is open.', params: tableParams, response: binnedSchema, status: 202 },
  ({ deps, actor, params: { id, ...name }, requestId }) => binTable(deps, actor, { ...name, workspaceId: id, requestId }))
