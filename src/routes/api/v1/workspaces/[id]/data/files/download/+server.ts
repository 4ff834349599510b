/** A file as it is, to be kept and never drawn: its type is not its own, so nothing in it runs as a page of ours [S37]. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { fileQuery } from '#lib/server/data-schemas.ts'
import { openFile } from '#lib/server/door.ts'
import { problem, route } from '#lib/server/route.ts'

export const GET = route({ name: 'download-file', summary: 'Download a file', params: workspaceParams, query: fileQuery, response: z.string(), streams: 'application/octet-stream' }, async ({ deps, actor, params, query, requestId }) => {
  const opened = await openFile(deps, actor, { workspaceId: params.id, path: query.path })
  if (!opened.ok) return problem(opened, requestId)
  const { body, bytes, name } = opened.value
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { headers: {
    'content-type': 'application/octet-stream', 'content-length': String(bytes), 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)}`,
  } })
})
