/** Stops what the notebook's kernel is doing and what waits for it. Its variables stay. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { interruptNotebook } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'interrupt-notebook',
  summary: 'Stop the running cell and what waits behind it',
  params: idParams,
  response: z.object({ runIds: z.array(z.uuid()) }),
}, ({ deps, actor, params }) => interruptNotebook(deps, actor, { notebookId: params.id }))
