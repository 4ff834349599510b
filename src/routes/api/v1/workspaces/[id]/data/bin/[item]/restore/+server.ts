/** Back to where it lay. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { binnedSchema } from '#lib/server/data-schemas.ts'
import { restoreData } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'restore-data', summary: 'Bring a table or a file back from the bin', params: workspaceParams.extend({ item: z.uuid() }), response: binnedSchema, status: 202 },
  ({ deps, actor, params, requestId }) => restoreData(deps, actor, { workspaceId: params.id, id: params.item, requestId }))
