/** One part of a long text. */
import { z } from 'zod'
import { readTextPart } from '#lib/server/door.ts'
import { problem, route } from '#lib/server/route.ts'
import { partQuery, textParams } from '#lib/server/text-schemas.ts'

export const GET = route({
  name: 'read-run-text-part',
  summary: 'Read one part of a long text',
  description: 'Named by its number and rows as the list of parts gives them. Plain text with terminal colours; a part never changes.',
  params: textParams, query: partQuery, response: z.string(), streams: 'text/plain',
}, async ({ deps, actor, params, query, requestId }) => {
  const read = await readTextPart(deps, actor, { runId: params.id, textId: params.text, ...query })
  if (!read.ok) return problem(read, requestId)
  return new Response(read.value as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
})
