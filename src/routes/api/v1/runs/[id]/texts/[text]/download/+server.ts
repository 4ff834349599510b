/** The whole of a long text as a file. */
import { z } from 'zod'
import { streamText } from '#lib/server/door.ts'
import { problem, route } from '#lib/server/route.ts'
import { textParams } from '#lib/server/text-schemas.ts'

export const GET = route({
  name: 'download-run-text', summary: 'Download a long text', params: textParams, response: z.string(), streams: 'text/plain',
}, async ({ deps, actor, params, requestId }) => {
  const opened = await streamText(deps, actor, { runId: params.id, textId: params.text })
  if (!opened.ok) return problem(opened, requestId)
  return new Response(opened.value, { headers: { 'content-type': 'text/plain; charset=utf-8', 'content-disposition': 'attachment; filename="output.txt"' } })
})
