/** Two results of a notebook compared; what was compared before is answered at once. */
import { idParams } from '#lib/server/api-schemas.ts'
import { compareBody, comparisonSchema } from '#lib/server/comparison-schemas.ts'
import { compareResults } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const POST = route({
  name: 'compare-results',
  summary: 'Compare two results',
  description: 'Columns, rows by a key, and how the values of each column moved, over all rows of both. The rows that differ are a table of their own.',
  params: idParams, body: compareBody, response: comparisonSchema,
}, ({ deps, actor, params, body, event }) => whileWanted(event, (signal) => compareResults(deps, actor, { notebookId: params.id, ...body }, signal)))
