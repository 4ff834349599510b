import { z } from 'zod'
import { deleteToken } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const DELETE = route({
  name: 'delete-token',
  summary: 'Delete an API token',
  description: 'Requests with it are refused from now on.',
  params: z.strictObject({ id: z.string().max(64) }),
  response: null,
}, ({ deps, actor, params, requestId }) => deleteToken(deps, actor, { tokenId: params.id, requestId }))
