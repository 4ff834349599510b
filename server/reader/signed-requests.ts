/**
 * Signed requests to the store, as small as they can be (AWS signature 4 over kept connections): reading ten thousand
 * commits of a log takes a third of the processor time that a whole client of S3 does.
 */
import { createHash, createHmac } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { buffer } from 'node:stream/consumers'
import type { ReaderSettings } from './messages.ts'

export interface StoreAnswer {
  body: Buffer
  /** ETag without its quotes. */
  mark: string
}

export interface SignedRequests {
  /** Throws with the store's status in words that explain-failure.ts knows. */
  get(key: string): Promise<StoreAnswer>
  /** The keys, and when each was written, that begin with a text; they are asked for by the thousand, and may be removed meanwhile. */
  list(prefix: string): AsyncIterable<{ key: string; at: Date }>
  put(key: string, body: string): Promise<void>
  remove(key: string): Promise<void>
}

const UNSIGNED = 'UNSIGNED-PAYLOAD'
const HEADERS = 'host;x-amz-content-sha256;x-amz-date'
const TIMEOUT_MS = 5_000
const AT_ONCE = 32

export function createSignedRequests({ endpoint, accessKey, secretKey, region, bucket }: ReaderSettings['s3']): SignedRequests {
  const url = new URL(endpoint)
  const isSecure = url.protocol === 'https:'
  const agent = isSecure ? new HttpsAgent({ keepAlive: true, maxSockets: AT_ONCE }) : new HttpAgent({ keepAlive: true, maxSockets: AT_ONCE })
  let signing: { day: string; key: Buffer } = { day: '', key: Buffer.alloc(0) }

  function keyOf(day: string): Buffer {
    if (signing.day !== day) signing = { day, key: hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), region), 's3'), 'aws4_request') }
    return signing.key
  }

  function sign(method: string, path: string, query: string): Record<string, string> {
    const at = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
    const day = at.slice(0, 8)
    const scope = `${day}/${region}/s3/aws4_request`
    const canonical = `${method}\n${path}\n${query}\nhost:${url.host}\nx-amz-content-sha256:${UNSIGNED}\nx-amz-date:${at}\n\n${HEADERS}\n${UNSIGNED}`
    const signature = hmac(keyOf(day), `AWS4-HMAC-SHA256\n${at}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`).toString('hex')
    return { 'x-amz-content-sha256': UNSIGNED, 'x-amz-date': at, authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${HEADERS}, Signature=${signature}` }
  }

  async function ask(method: string, key: string, query: Record<string, string> = {}, body?: string): Promise<StoreAnswer> {
    const path = `/${bucket}${key === '' ? '' : `/${key.split('/').map(encode).join('/')}`}`
    const asked = Object.keys(query).sort().map((name) => `${encode(name)}=${encode(query[name] ?? '')}`).join('&')
    const bytes = body === undefined ? undefined : Buffer.from(body)
    const headers = { ...sign(method, path, asked), ...(bytes === undefined ? {} : { 'content-length': bytes.length }) }
    return new Promise((resolve, reject) => {
      const request = (isSecure ? httpsRequest : httpRequest)({ method, host: url.hostname, port: url.port, path: asked === '' ? path : `${path}?${asked}`, agent, headers, timeout: TIMEOUT_MS }, (response) => {
        buffer(response).then((content) => {
          const status = response.statusCode ?? 0
          if (status >= 300) reject(new Error(`HTTP ${status} for ${key}: ${content.toString('utf8').slice(0, 300)}`))
          else resolve({ body: content, mark: String(response.headers.etag ?? '').replaceAll('"', '') })
        }, reject)
      })
      request.on('timeout', () => request.destroy(new Error('error sending request: timed out')))
      request.on('error', (error) => reject(new Error(`error sending request: ${error.message}`)))
      request.end(bytes)
    })
  }

  return {
    // A kept connection may have been closed by the store in this very moment.
    get: (key) => ask('GET', key).catch(() => ask('GET', key)),
    async *list(prefix) {
      for (let token: string | undefined = ''; token !== undefined; ) {
        const { body } = await ask('GET', '', { 'list-type': '2', prefix, ...(token === '' ? {} : { 'continuation-token': token }) })
        const text = body.toString('utf8')
        for (const [, key = '', at = ''] of text.matchAll(/<Key>([^<]*)<\/Key><LastModified>([^<]*)</g)) yield { key, at: new Date(at) }
        token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1]
      }
    },
    put: async (key, body) => void (await ask('PUT', key, {}, body)),
    remove: async (key) => void (await ask('DELETE', key)),
  }
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
