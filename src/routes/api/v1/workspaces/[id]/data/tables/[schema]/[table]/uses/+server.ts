/** Who uses a table. */
import { tableParams, usesSchema } from '#lib/server/data-schemas.ts'
import { listUses } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-table-uses', summary: 'List the notebooks and runs that name a table', params: tableParams, response: usesSchema },
  ({ deps, actor, params: { id, ...name } }) => listUses(deps, actor, { ...name, workspaceId: id }))
