/** The schedules of a workspace: list them, make one. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { createSchedule, listSchedules } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { catchUpField, cellField, cronField, limitField, overlapField, scheduleSchema, zoneField } from '#lib/server/schedule-schemas.ts'

export const GET = route({
  name: 'list-schedules',
  summary: 'List schedules, the next to run first',
  params: workspaceParams,
  query: z.strictObject({ notebook: z.uuid().optional().meta({ description: 'Only those of this notebook.' }) }),
  response: z.array(scheduleSchema),
}, ({ deps, actor, params, query }) => listSchedules(deps, actor, { workspaceId: params.id, notebookId: query.notebook }))

export const POST = route({
  name: 'create-schedule',
  summary: 'Schedule a notebook or a cell',
  description: 'Each run has a kernel of its own and the rights that you have at that moment.',
  params: workspaceParams,
  body: z.strictObject({ notebookId: z.uuid(), cellId: cellField.optional(), cron: cronField, zone: zoneField, catchUp: catchUpField.optional(), overlap: overlapField.optional(), timeoutSeconds: limitField.optional(), cellTimeoutSeconds: limitField.optional() }),
  response: scheduleSchema,
  status: 201,
}, ({ deps, actor, params, body, requestId }) => createSchedule(deps, actor, { ...body, workspaceId: params.id, requestId }))
