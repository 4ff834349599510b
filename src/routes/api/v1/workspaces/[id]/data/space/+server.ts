/** The space that a workspace takes, and its rule for results. */
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { spaceSchema } from '#lib/server/data-schemas.ts'
import { readSpace } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-space', summary: 'Read how much space a workspace takes', description: 'Counted in the object store at this moment; beyond 50 000 objects of an area, a lower bound.', params: workspaceParams, response: spaceSchema },
  ({ deps, actor, params }) => readSpace(deps, actor, params.id))
