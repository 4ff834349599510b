/** The place of a waiting run in its notebook's queue. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { moveRun } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'move-run',
  summary: 'Move a waiting run in the queue',
  description: 'Editors order their own runs and those that wait behind them, owners all. The answer is the new order of what waits.',
  params: idParams,
  body: z.strictObject({ before: z.uuid().nullable().meta({ description: 'The waiting run that it goes in front of; null puts it behind all.' }) }),
  response: z.object({ order: z.array(z.uuid()) }),
}, ({ deps, actor, params, body }) => moveRun(deps, actor, { runId: params.id, before: body.before }))
