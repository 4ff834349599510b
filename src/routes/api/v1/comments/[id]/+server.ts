/** One comment: change your own, delete your own (an owner of the workspace: any). */
import { idParams } from '#lib/server/api-schemas.ts'
import { commentBody } from '#lib/server/comment-schemas.ts'
import { deleteComment, editComment } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const PATCH = route({ name: 'edit-comment', summary: 'Change a comment of yours', params: idParams, body: commentBody, response: null },
  ({ deps, actor, params, body, requestId }) => editComment(deps, actor, { commentId: params.id, ...body, requestId }))

export const DELETE = route({
  name: 'delete-comment',
  summary: 'Delete a comment',
  description: 'Your own, or any as an owner of the workspace. Its place in the thread stays, its words go.',
  params: idParams,
  response: null,
}, ({ deps, actor, params, requestId }) => deleteComment(deps, actor, { commentId: params.id, requestId }))
