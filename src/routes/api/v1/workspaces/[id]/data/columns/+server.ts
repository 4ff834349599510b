/** The columns of a workspace's tables, to search in. */
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { tableColumnsSchema } from '#lib/server/data-schemas.ts'
import { listColumns } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-columns', summary: 'List tables with their columns', description: 'A table whose log cannot be read has none; of very many tables the last are passed over.', params: workspaceParams, response: tableColumnsSchema },
  ({ deps, actor, params }) => listColumns(deps, actor, params.id))
