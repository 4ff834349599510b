/**
 * Object parts in MinIO or any S3 store. A part is sent on as it comes, by an address that is signed for it alone: the
 * client's own way would have to hold the part in memory to sign what is in it.
 */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client, S3Error, type ClientOptions } from 'minio'
import { checkKey } from './object-key.ts'
import type { ObjectPart, ObjectParts } from './object-parts.ts'

const SIGNED_FOR_S = 3600
const SILENT_MAX_MS = 60_000

/** The client lists parts for itself only. */
class PartClient extends Client {
  async partsOf(bucket: string, key: string, id: string): Promise<ObjectPart[]> {
    const parts = await this.listParts(bucket, key, id)
    return parts.map(({ part, size, etag }) => ({ part, bytes: size, mark: etag })).toSorted((a, b) => a.part - b.part)
  }
}

export function createMinioParts(options: ClientOptions, bucket: string): ObjectParts {
  const client = new PartClient(options)
  return {
    begin: (key) => client.initiateNewMultipartUpload(bucket, checkKey(key), { 'content-type': 'application/octet-stream' }),
    async put(key, id, part, body, bytes) {
      await sendPart(new URL(await client.presignedUrl('PUT', bucket, checkKey(key), SIGNED_FOR_S, { uploadId: id, partNumber: String(part) })), body, bytes)
    },
    list: (key, id) => unlessGone(() => client.partsOf(bucket, checkKey(key), id), null),
    async join(key, id, parts) {
      await client.completeMultipartUpload(bucket, checkKey(key), id, parts.map(({ part, mark }) => ({ part, etag: mark })))
    },
    drop: (key, id) => unlessGone(() => client.abortMultipartUpload(bucket, checkKey(key), id), undefined),
  }
}

async function unlessGone<T, G>(ask: () => Promise<T>, gone: G): Promise<T | G> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchUpload') return gone
    throw error
  }
}

async function sendPart(url: URL, body: Readable, bytes: number): Promise<void> {
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method: 'PUT', headers: { 'content-length': bytes }, timeout: SILENT_MAX_MS })
  request.once('timeout', () => request.destroy(Object.assign(new Error('The object store does not answer.'), { code: 'ETIMEDOUT' })))
  const answered = new Promise<void>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response) => {
      response.resume()
      if (response.statusCode === 200) resolve()
      else reject(Object.assign(new Error(`The object store answered ${response.statusCode} to a part.`), { code: `HTTP${response.statusCode}` }))
    })
  })
  // Heard of below; a refusal may come before the body is through.
  answered.catch(() => {})
  await Promise.race([pipeline(body, (pieces: AsyncIterable<Uint8Array>) => exactly(pieces, bytes), request).then(() => answered), answered])
}

/** The store would wait for what does not come. */
async function* exactly(pieces: AsyncIterable<Uint8Array>, bytes: number): AsyncIterable<Uint8Array> {
  let left = bytes
  for await (const piece of pieces) {
    left -= piece.byteLength
    if (left < 0) break
    yield piece
  }
  if (left !== 0) throw new Error('The part is not as long as was said.')
}
