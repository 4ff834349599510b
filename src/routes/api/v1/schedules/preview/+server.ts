/** What a cron text means, before it is saved. */
import { z } from 'zod'
import { previewSchedule } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { cronField, previewSchema, zoneField } from '#lib/server/schedule-schemas.ts'

export const POST = route({
  name: 'preview-schedule',
  summary: 'Explain a cron text: words and the next five times',
  body: z.strictObject({ cron: cronField, zone: zoneField }),
  response: previewSchema,
}, ({ deps, actor, body }) => previewSchedule(deps, actor, body))
