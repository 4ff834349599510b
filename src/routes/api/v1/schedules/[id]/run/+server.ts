/** Run a schedule now. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { runScheduleNow } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'run-schedule', summary: 'Run what a schedule runs, now', params: idParams, response: z.object({ runId: z.uuid() }), status: 201 },
  ({ deps, actor, params, requestId }) => runScheduleNow(deps, actor, { scheduleId: params.id, requestId }))
