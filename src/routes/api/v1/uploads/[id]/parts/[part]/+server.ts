/** One part of a file. Its body goes on to the store as it comes; its length must be said. */
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { putPart } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { partParams } from '#lib/server/upload-schemas.ts'

const TYPE = /^application\/octet-stream\b/i

export const PUT = route({ name: 'put-upload-part', summary: 'Put a part of a file', description: 'The body is the part’s bytes as `application/octet-stream`, with their `Content-Length`. A part can be put again.', params: partParams, takes: 'application/octet-stream', response: null }, async ({ deps, actor, params, event }) => {
  const { headers, body } = event.request
  const isGood = body !== null && TYPE.test(headers.get('content-type') ?? '')
  return putPart(deps, actor, { uploadId: params.id, part: params.part, bytes: isGood ? Number(headers.get('content-length') ?? 0) : 0, body: isGood ? Readable.fromWeb(body as WebStream) : Readable.from([]) })
})
