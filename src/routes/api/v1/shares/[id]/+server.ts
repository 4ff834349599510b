/** One link: take it back. */
import { idParams } from '#lib/server/api-schemas.ts'
import { revokeShare } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const DELETE = route({
  name: 'revoke-share',
  summary: 'Revoke a link or an embed',
  description: 'People who have it open are cut off within seconds.',
  params: idParams,
  response: null,
}, ({ deps, actor, params, requestId }) => revokeShare(deps, actor, { shareId: params.id, requestId }))
