/** Cancels a run: a queued one at once, a running one when nothing of it is left. */
import { z } from 'zod'
import { RUN_STATES } from '#lib/domain/run.ts'
import { idParams } from '#lib/server/api-schemas.ts'
import { cancelRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'cancel-run', summary: 'Cancel a run', params: idParams, response: z.object({ state: z.enum(RUN_STATES) }) },
  ({ deps, actor, params }) => cancelRun(deps, actor, { runId: params.id }))
