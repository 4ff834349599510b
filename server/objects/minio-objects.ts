/**
 * Objects in MinIO or any S3 store, by the `minio` client. The region is always given, so the client never asks
 * the store where the bucket is (a scoped key may not). Every call ends within a time limit: a dead store is an
 * error here, not a hang.
 */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Client, S3Error } from 'minio'
import type { Config } from '../config.ts'
import { checkKey, checkPrefix } from './object-key.ts'
import type { ObjectInfo, Objects } from './objects.ts'

const CHECK_WITHIN_MS = 3_000
const REMOVE_AT_ONCE = 1000

export function createMinioObjects(s3: Config['s3']): Objects {
  const endpoint = new URL(s3.endpoint)
  const client = new Client({
    endPoint: endpoint.hostname,
    port: Number(endpoint.port || (endpoint.protocol === 'https:' ? 443 : 80)),
    useSSL: endpoint.protocol === 'https:',
    accessKey: s3.accessKey,
    secretKey: s3.secretKey,
    region: s3.region,
    pathStyle: true,
  })
  const { bucket } = s3
  const list = (prefix: string) => listAll(client, bucket, prefix)
  return {
    async put(key, body, contentType = 'application/octet-stream') {
      const [data, size] = body instanceof Readable ? [body, undefined] : [Buffer.from(body), body.byteLength]
      await client.putObject(bucket, checkKey(key), data, size, { 'Content-Type': contentType })
    },
    async get(key) {
      try {
        return new Uint8Array(await buffer(await client.getObject(bucket, checkKey(key))))
      } catch (error) {
        if (error instanceof S3Error && error.code === 'NoSuchKey') return null
        throw error
      }
    },
    list,
    folders: (prefix) => listFolders(client, bucket, prefix),
    async removeAll(prefix) {
      let removed = 0
      for await (const keys of inGroups(list(prefix))) {
        await client.removeObjects(bucket, keys)
        removed += keys.length
      }
      return removed
    },
    async check() {
      const isThere = await within(CHECK_WITHIN_MS, client.bucketExists(bucket)).catch((error: unknown) => {
        throw new Error(`The bucket ${bucket} cannot be read at ${s3.endpoint}: ${error instanceof Error ? error.message : String(error)}`)
      })
      if (!isThere) throw new Error(`The bucket ${bucket} does not exist at ${s3.endpoint}.`)
    },
  }
}

async function* listAll(client: Client, bucket: string, prefix: string): AsyncIterable<ObjectInfo> {
  for await (const item of client.listObjectsV2(bucket, checkPrefix(prefix), true)) {
    if (item.name !== undefined) yield { key: item.name, bytes: item.size }
  }
}

async function* listFolders(client: Client, bucket: string, prefix: string): AsyncIterable<string> {
  for await (const item of client.listObjectsV2(bucket, checkPrefix(prefix), false)) {
    if (item.prefix !== undefined) yield item.prefix.slice(prefix.length, -1)
  }
}

async function* inGroups(infos: AsyncIterable<ObjectInfo>): AsyncIterable<string[]> {
  let keys: string[] = []
  for await (const { key } of infos) {
    keys.push(key)
    if (keys.length < REMOVE_AT_ONCE) continue
    yield keys
    keys = []
  }
  if (keys.length > 0) yield keys
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The object store did not answer within ${ms / 1000} s.`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
