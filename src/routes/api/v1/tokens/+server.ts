/** Your API tokens: list them, make one (from the browser only). */
import { z } from 'zod'
import { tokenSchema } from '#lib/server/api-schemas.ts'
import { createToken, listTokens } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-tokens', summary: 'List your API tokens', response: z.array(tokenSchema) },
  ({ deps, actor }) => listTokens(deps, actor))

export const POST = route({
  name: 'create-token',
  summary: 'Create an API token',
  description: 'The token is in this answer only; it is kept as a hash. A token cannot make another: sign in with the browser.',
  body: z.strictObject({ name: z.string(), expiresInDays: z.int().min(1).max(365).nullable().default(90) }),
  response: tokenSchema.extend({ token: z.string() }),
  status: 201,
}, ({ deps, actor, body, requestId }) => createToken(deps, actor, { ...body, requestId }))
