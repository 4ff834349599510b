/** The tables of a workspace. */
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { tableListSchema } from '#lib/server/data-schemas.ts'
import { listTables } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-tables', summary: 'List the tables of a workspace, and the samples', description: 'Read from the object store; Spark may be asleep.', params: workspaceParams, response: tableListSchema },
  ({ deps, actor, params }) => listTables(deps, actor, params.id))
