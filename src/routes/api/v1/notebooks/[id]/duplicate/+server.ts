import { idParams, notebookSchema } from '#lib/server/api-schemas.ts'
import { duplicateNotebook } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'duplicate-notebook',
  summary: 'Copy a notebook',
  description: 'The text as it is now, with the values of inputs, row limits and shared views of tables; runs and results stay with the first.',
  params: idParams,
  response: notebookSchema,
  status: 201,
}, ({ deps, actor, params, requestId }) => duplicateNotebook(deps, actor, { notebookId: params.id, requestId }))
