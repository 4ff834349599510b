/** The members of a workspace: list them, add one by e-mail. */
import { z } from 'zod'
import { memberSchema, role, workspaceParams } from '#lib/server/api-schemas.ts'
import { addMember, listMembers } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-members', summary: 'List the members of a workspace', params: workspaceParams, response: z.array(memberSchema) },
  ({ deps, actor, params }) => listMembers(deps, actor, params.id))

export const POST = route({
  name: 'add-member',
  summary: 'Add a member',
  description: 'The person must have an account with this e-mail.',
  params: workspaceParams,
  body: z.strictObject({ email: z.email(), role }),
  response: memberSchema,
  status: 201,
}, ({ deps, actor, params, body, requestId }) => addMember(deps, actor, { workspaceId: params.id, ...body, requestId }))
