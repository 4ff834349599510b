/** The comments of a thread: add one. They are read with the thread. */
import { idParams } from '#lib/server/api-schemas.ts'
import { commentBody, threadSchema } from '#lib/server/comment-schemas.ts'
import { reply } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'reply', summary: 'Reply in a thread', params: idParams, body: commentBody, response: threadSchema, status: 201 },
  ({ deps, actor, params, body, requestId }) => reply(deps, actor, { threadId: params.id, ...body, requestId }))
