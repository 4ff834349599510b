/** What is kept of a long text that a cell of a run printed, part by part. */
import { readText } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { textParams, textSchema } from '#lib/server/text-schemas.ts'

export const GET = route({
  name: 'read-run-text',
  summary: 'List the parts of a long text',
  description: 'A cell that prints more than its page shows has an output of the kind `omitted`, with the `textId` of the whole. It grows while the cell runs.',
  params: textParams, response: textSchema,
}, ({ deps, actor, params }) => readText(deps, actor, { runId: params.id, textId: params.text }))
