/** One schedule: its history, change or pause it, delete it. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { deleteSchedule, readSchedule, updateSchedule } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { catchUpField, cellField, cronField, limitField, overlapField, scheduleSchema, scheduleWithTicksSchema, zoneField } from '#lib/server/schedule-schemas.ts'

export const GET = route({ name: 'read-schedule', summary: 'Read a schedule with its next times and its ticks', params: idParams, response: scheduleWithTicksSchema },
  ({ deps, actor, params }) => readSchedule(deps, actor, params.id))

export const PATCH = route({
  name: 'update-schedule',
  summary: 'Change, pause or resume a schedule',
  description: 'After a change of the times, or when it is resumed, it counts from now on.',
  params: idParams,
  body: z.strictObject({ cellId: cellField.optional(), cron: cronField.optional(), zone: zoneField.optional(), catchUp: catchUpField.optional(), overlap: overlapField.optional(), timeoutSeconds: limitField.optional(), cellTimeoutSeconds: limitField.optional(), isPaused: z.boolean().optional() }),
  response: scheduleSchema,
}, ({ deps, actor, params, body, requestId }) => updateSchedule(deps, actor, { ...body, scheduleId: params.id, requestId }))

export const DELETE = route({ name: 'delete-schedule', summary: 'Delete a schedule; its runs stay', params: idParams, response: null },
  ({ deps, actor, params, requestId }) => deleteSchedule(deps, actor, { scheduleId: params.id, requestId }))
