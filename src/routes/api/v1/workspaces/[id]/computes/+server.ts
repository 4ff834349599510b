/** The computes of a workspace. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { computeSchema } from '#lib/server/compute-schemas.ts'
import { listComputes } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-computes', summary: 'List the computes of a workspace', params: workspaceParams, response: z.array(computeSchema) },
  ({ deps, actor, params }) => listComputes(deps, actor, { workspaceId: params.id }))
