/** One member: another role, or no longer a member. */
import { z } from 'zod'
import { role, workspaceParams } from '#lib/server/api-schemas.ts'
import { changeRole, removeMember } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

const params = workspaceParams.extend({ user: z.string().max(64).meta({ description: 'The member’s user id.' }) })

export const PATCH = route({
  name: 'change-role',
  summary: 'Change a member’s role',
  description: 'A workspace keeps at least one owner.',
  params,
  body: z.strictObject({ role }),
  response: z.object({ userId: z.string(), role }),
}, ({ deps, actor, params, body, requestId }) => changeRole(deps, actor, { workspaceId: params.id, userId: params.user, role: body.role, requestId }))

export const DELETE = route({ name: 'remove-member', summary: 'Remove a member, or leave', params, response: null },
  ({ deps, actor, params, requestId }) => removeMember(deps, actor, { workspaceId: params.id, userId: params.user, requestId }))
