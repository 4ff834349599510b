/** The variables of the notebook's kernel: name, type, shape, size, and a short preview. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readVariables } from '#lib/server/door.ts'
import { variablesSchema } from '#lib/server/kernel-schemas.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({
  name: 'read-variables',
  summary: 'List the variables of a notebook’s kernel',
  description: 'Nothing is run for it: values of unknown types show their type only.',
  params: idParams,
  response: variablesSchema,
}, ({ deps, actor, params }) => readVariables(deps, actor, { notebookId: params.id }))
