/** The bin of a workspace's data. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { binnedSchema } from '#lib/server/data-schemas.ts'
import { listBin } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-data-bin', summary: 'List deleted tables and files', params: workspaceParams, response: z.array(binnedSchema) },
  ({ deps, actor, params }) => listBin(deps, actor, params.id))
