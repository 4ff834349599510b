/** What people say about places in a notebook: list the threads, start one. Guests of a link see none. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { startThreadBody, threadSchema } from '#lib/server/comment-schemas.ts'
import { listThreads, startThread } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({
  name: 'list-threads',
  summary: 'List the comment threads of a notebook',
  description: 'For members; guests of a link see no comments.',
  params: idParams,
  query: z.strictObject({ resolved: z.enum(['true', 'false']).transform((text) => text === 'true').optional().meta({ description: 'Only resolved threads, or only open ones.' }) }),
  response: z.array(threadSchema),
}, ({ deps, actor, params, query }) => listThreads(deps, actor, { notebookId: params.id, ...(query.resolved !== undefined && { isResolved: query.resolved }) }))

export const POST = route({
  name: 'start-thread',
  summary: 'Comment on a place in a notebook',
  params: idParams,
  body: startThreadBody,
  response: threadSchema,
  status: 201,
}, ({ deps, actor, params, body, requestId }) => startThread(deps, actor, { notebookId: params.id, ...body, requestId }))
