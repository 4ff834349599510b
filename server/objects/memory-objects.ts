/** The in-memory twin of the bucket, for tests. It passes the same contract suite as MinIO. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { checkKey, checkPrefix } from './object-key.ts'
import { createMemoryParts } from './memory-parts.ts'
import type { Objects } from './objects.ts'

export function createMemoryObjects(): Objects {
  const bodies = new Map<string, Uint8Array>()
  const writtenAt = new Map<string, Date>()
  const write = (key: string, bytes: Uint8Array): void => {
    bodies.set(key, bytes)
    writtenAt.set(key, new Date())
  }
  const infoOf = (key: string) => ({ bytes: bodies.get(key)?.byteLength ?? 0, modifiedAt: writtenAt.get(key) ?? new Date(0), mark: createHash('md5').update(bodies.get(key) ?? '').digest('hex') })
  const keysUnder = (prefix: string) => [...bodies.keys()].filter((key) => key.startsWith(checkPrefix(prefix))).sort(byBytes)
  return {
    async put(key, body) {
      const bytes = body instanceof Readable ? await buffer(body) : body
      write(checkKey(key), new Uint8Array(bytes))
    },
    async get(key) {
      const bytes = bodies.get(checkKey(key))
      return bytes === undefined ? null : new Uint8Array(bytes)
    },
    async *list(prefix) {
      for (const key of keysUnder(prefix)) yield { key, bytes: bodies.get(key)?.byteLength ?? 0 }
    },
    async *folders(prefix) {
      yield* new Set(keysUnder(prefix).flatMap((key) => key.slice(prefix.length).split('/').slice(0, -1).slice(0, 1)))
    },
    async level(prefix, atMost) {
      const keys = keysUnder(prefix)
      const folders = [...new Set(keys.flatMap((key) => key.slice(prefix.length).split('/').slice(0, -1).slice(0, 1)))]
      const files = keys.filter((key) => !key.slice(prefix.length).includes('/')).map((key) => ({ name: key.slice(prefix.length), ...infoOf(key) }))
      const kept = new Set([...folders, ...files.map(({ name }) => name)].sort(byBytes).slice(0, atMost))
      return { folders: folders.filter((name) => kept.has(name)), files: files.filter(({ name }) => kept.has(name)), isCut: folders.length + files.length > atMost }
    },
    async stat(key) {
      return bodies.has(checkKey(key)) ? infoOf(key) : null
    },
    async stream(key, length) {
      return Readable.from([(bodies.get(checkKey(key)) ?? new Uint8Array()).slice(0, length)])
    },
    async copyAll(from, to, isWanted = () => true) {
      checkPrefix(to)
      const keys = keysUnder(from).filter(isWanted)
      for (const key of keys) write(to + key.slice(from.length), bodies.get(key)!)
      return keys.length
    },
    async copy(from, to) {
      write(checkKey(to), bodies.get(checkKey(from))!)
    },
    async remove(key) {
      bodies.delete(checkKey(key))
    },
    async removeAll(prefix) {
      const keys = keysUnder(prefix)
      for (const key of keys) bodies.delete(key)
      return keys.length
    },
    parts: createMemoryParts(write),
    async check() {},
  }
}

/** S3 lists in the order of the bytes. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
