/** One thread: resolve it, open it again. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { threadSchema } from '#lib/server/comment-schemas.ts'
import { resolveThread } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const PATCH = route({
  name: 'resolve-thread',
  summary: 'Resolve a thread, or open it again',
  params: idParams,
  body: z.strictObject({ isResolved: z.boolean() }),
  response: threadSchema,
}, ({ deps, actor, params, body, requestId }) => resolveThread(deps, actor, { threadId: params.id, ...body, requestId }))
