/** One workspace: read it, rename it. */
import { z } from 'zod'
import { workspaceParams, workspaceSchema } from '#lib/server/api-schemas.ts'
import { readWorkspace, renameWorkspace } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-workspace', summary: 'Read a workspace', params: workspaceParams, response: workspaceSchema },
  ({ deps, actor, params }) => readWorkspace(deps, actor, params.id))

export const PATCH = route({
  name: 'rename-workspace',
  summary: 'Rename a workspace',
  description: 'The address (slug) stays, so links stay good.',
  params: workspaceParams,
  body: z.strictObject({ name: z.string() }),
  response: workspaceSchema,
}, ({ deps, actor, params, body, requestId }) => renameWorkspace(deps, actor, { workspaceId: params.id, name: body.name, requestId }))
