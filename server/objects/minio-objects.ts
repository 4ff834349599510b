/**
 * Objects in MinIO or any S3 store, by the `minio` client. The region is always given, so the client never asks
 * the store where the bucket is (a scoped key may not). Every call ends within a time limit: a dead store is an
 * error here, not a hang.
 */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Client, CopyDestinationOptions, CopySourceOptions, S3Error } from 'minio'
import type { Config } from '../config.ts'
import { createMinioParts } from './minio-parts.ts'
import { checkKey, checkPrefix } from './object-key.ts'
import type { Level, ObjectInfo, Objects } from './objects.ts'

const CHECK_WITHIN_MS = 3_000
const REMOVE_AT_ONCE = 1000
const COPY_AT_ONCE = 8
const COPY_MAX_BYTES = 5 * 2 ** 30

export function createMinioObjects(s3: Config['s3']): Objects {
  const endpoint = new URL(s3.endpoint)
  const options = {
    endPoint: endpoint.hostname,
    port: Number(endpoint.port || (endpoint.protocol === 'https:' ? 443 : 80)),
    useSSL: endpoint.protocol === 'https:',
    accessKey: s3.accessKey,
    secretKey: s3.secretKey,
    region: s3.region,
    pathStyle: true,
  }
  const client = new Client(options)
  const { bucket } = s3
  const list = (prefix: string) => listAll(client, bucket, prefix)
  return {
    async put(key, body, contentType = 'application/octet-stream', bytes) {
      const [data, size] = body instanceof Readable ? [body, bytes] : [Buffer.from(body), body.byteLength]
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
    level: (prefix, atMost) => listLevel(client, bucket, prefix, atMost),
    async stat(key) {
      try {
        const { size, lastModified, etag } = await client.statObject(bucket, checkKey(key))
        return { bytes: size, modifiedAt: lastModified, mark: etag }
      } catch (error) {
        if (error instanceof S3Error && (error.code === 'NotFound' || error.code === 'NoSuchKey')) return null
        throw error
      }
    },
    stream: (key, length) => (length === undefined ? client.getObject(bucket, checkKey(key)) : client.getPartialObject(bucket, checkKey(key), 0, length)),
    async copyAll(from, to, isWanted = () => true) {
      checkPrefix(to)
      let copied = 0
      for await (const all of inGroups(list(from), COPY_AT_ONCE)) {
        const infos = all.filter(({ key }) => isWanted(key))
        await Promise.all(infos.map((info) => copyObject(client, bucket, info, to + info.key.slice(from.length))))
        copied += infos.length
      }
      return copied
    },
    async copy(from, to) {
      const { size } = await client.statObject(bucket, checkKey(from))
      await copyObject(client, bucket, { key: from, bytes: size }, checkKey(to))
    },
    parts: createMinioParts(options, bucket),
    remove: (key) => client.removeObject(bucket, checkKey(key)),
    async removeAll(prefix) {
      let removed = 0
      for await (const infos of inGroups(list(prefix), REMOVE_AT_ONCE)) {
        await client.removeObjects(bucket, infos.map(({ key }) => key))
        removed += infos.length
      }
      return removed
    },
    async check() {
      const isThere = await within(CHECK_WITHIN_MS, client.bucketExists(bucket)).catch((error: unknown) => {
        throw new Error(`The bucket ${bucket} cannot be read at ${s3.endpoint}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      })
      if (!isThere) throw Object.assign(new Error(`The bucket ${bucket} does not exist at ${s3.endpoint}.`), { code: 'NoSuchBucket' })
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

async function listLevel(client: Client, bucket: string, prefix: string, atMost: number): Promise<Level> {
  const level: Level = { folders: [], files: [], isCut: false }
  const listing = client.listObjectsV2(bucket, checkPrefix(prefix), false)
  for await (const item of listing) {
    // A folder that some program marked by an empty object of its own name.
    if (item.name === prefix) continue
    if (level.folders.length + level.files.length >= atMost) {
      level.isCut = true
      listing.destroy()
      break
    }
    if (item.prefix !== undefined) level.folders.push(item.prefix.slice(prefix.length, -1))
    else if (item.name !== undefined) level.files.push({ name: item.name.slice(prefix.length), bytes: item.size, modifiedAt: item.lastModified, mark: item.etag })
  }
  return level
}

/** The key of the source comes from a listing or was checked; one call copies no more than 5 GiB. */
async function copyObject(client: Client, bucket: string, from: ObjectInfo, to: string): Promise<void> {
  const [source, target] = [new CopySourceOptions({ Bucket: bucket, Object: from.key }), new CopyDestinationOptions({ Bucket: bucket, Object: to })]
  if (from.bytes > COPY_MAX_BYTES) await client.composeObject(target, [source])
  else await client.copyObject(source, target)
}

async function* inGroups(infos: AsyncIterable<ObjectInfo>, atOnce: number): AsyncIterable<ObjectInfo[]> {
  let group: ObjectInfo[] = []
  for await (const info of infos) {
    group.push(info)
    if (group.length < atOnce) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The object store did not answer within ${ms / 1000} s.`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
