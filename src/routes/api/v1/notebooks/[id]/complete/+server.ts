/** What could stand at the cursor, from the living objects of the notebook's kernel. */
import { idParams } from '#lib/server/api-schemas.ts'
import { completeCode } from '#lib/server/door.ts'
import { atCursorBody, completionsSchema } from '#lib/server/kernel-schemas.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'complete-code',
  summary: 'Complete Python code at a cursor',
  description: 'Answered by the notebook’s kernel while it rests. Completing may run properties of objects, so it needs the right to run.',
  params: idParams,
  body: atCursorBody,
  response: completionsSchema,
}, ({ deps, actor, params, body }) => completeCode(deps, actor, { notebookId: params.id, ...body }))
