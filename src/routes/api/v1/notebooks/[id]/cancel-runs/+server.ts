/** Cancels what goes and waits in a notebook. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { cancelRuns } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'cancel-runs',
  summary: 'Cancel all runs of a notebook, or all of yours',
  params: idParams,
  body: z.strictObject({ whose: z.enum(['mine', 'all']) }),
  response: z.object({ runIds: z.array(z.uuid()) }),
}, ({ deps, actor, params, body }) => cancelRuns(deps, actor, { notebookId: params.id, whose: body.whose }))
