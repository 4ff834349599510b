/** Your workspaces: list them, make one. */
import { z } from 'zod'
import { workspaceSchema } from '#lib/server/api-schemas.ts'
import { createWorkspace, listWorkspaces } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-workspaces', summary: 'List your workspaces', response: z.array(workspaceSchema) },
  ({ deps, actor }) => listWorkspaces(deps, actor))

export const POST = route({
  name: 'create-workspace',
  summary: 'Create a workspace',
  description: 'You become its owner. Without a slug one is made from the name.',
  body: z.strictObject({ name: z.string(), slug: z.string().optional() }),
  response: workspaceSchema,
  status: 201,
}, ({ deps, actor, body, requestId }) => createWorkspace(deps, actor, { name: body.name, slug: body.slug ?? null, requestId }))
