/** What the name or the call at the cursor is: signature, type and documentation. */
import { idParams } from '#lib/server/api-schemas.ts'
import { inspectCode } from '#lib/server/door.ts'
import { atCursorBody, inspectionSchema } from '#lib/server/kernel-schemas.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'inspect-code',
  summary: 'Describe the Python name or call at a cursor',
  description: 'Answered by the notebook’s kernel while it rests. Looking may run properties of objects, so it needs the right to run.',
  params: idParams,
  body: atCursorBody,
  response: inspectionSchema,
}, ({ deps, actor, params, body }) => inspectCode(deps, actor, { notebookId: params.id, ...body }))
