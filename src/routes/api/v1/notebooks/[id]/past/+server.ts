/** A notebook as it stood at an instant. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readPast } from '#lib/server/door.ts'
import { asOfQuery, pastSchema } from '#lib/server/past-schemas.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({
  name: 'read-past',
  summary: 'Read a notebook as of an instant',
  description: 'The newest text that was taken by then, and of each cell what its newest run that had ended by then showed. For members, not for guests of a link.',
  params: idParams, query: asOfQuery, response: pastSchema,
}, ({ deps, actor, params, query }) => readPast(deps, actor, { notebookId: params.id, asOf: query.asOf }))
