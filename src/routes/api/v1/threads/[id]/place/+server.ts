/** Where a thread about a piece of text stands. */
import { idParams } from '#lib/server/api-schemas.ts'
import { placeBody, threadSchema } from '#lib/server/comment-schemas.ts'
import { moveThread } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const PUT = route({ name: 'move-thread', summary: 'Put a thread where its text is now, after a split or a merge', params: idParams, body: placeBody, response: threadSchema },
  ({ deps, actor, params, body, requestId }) => moveThread(deps, actor, { threadId: params.id, ...body, requestId }))
