/** Stops what the notebook's kernel is doing and what waits for it. Its variables stay. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { interruptNotebook } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'interrupt-notebook',
  summary: 'Stop the running cell and what waits behind it',
  params: idParams,
  query: z.strictObject({ waiting: z.enum(['mine', 'all']).optional().meta({ description: 'Of the runs that wait: only yours, or all of them (without it). What runs is stopped in any case.' }) }),
  response: z.object({ runIds: z.array(z.uuid()), leftRunIds: z.array(z.uuid()).meta({ description: 'Runs of others that wait still.' }) }),
}, ({ deps, actor, params, query }) => interruptNotebook(deps, actor, { notebookId: params.id, waiting: query.waiting }))
