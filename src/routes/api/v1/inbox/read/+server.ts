/** Marks mentions as read: some, those of one thread, or all. */
import { z } from 'zod'
import { markRead } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'mark-read',
  summary: 'Mark mentions as read',
  description: 'With neither `ids` nor `threadId`: all of yours.',
  body: z.strictObject({ ids: z.array(z.uuid()).min(1).max(200).optional(), threadId: z.uuid().optional() }),
  response: z.object({ unread: z.int() }),
}, ({ deps, actor, body }) => markRead(deps, actor, body))
