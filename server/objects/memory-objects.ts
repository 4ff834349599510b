/** The in-memory twin of the bucket, for tests. It passes the same contract suite as MinIO. */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { checkKey, checkPrefix } from './object-key.ts'
import type { Objects } from './objects.ts'

export function createMemoryObjects(): Objects {
  const bodies = new Map<string, Uint8Array>()
  const keysUnder = (prefix: string) => [...bodies.keys()].filter((key) => key.startsWith(checkPrefix(prefix))).sort(byBytes)
  return {
    async put(key, body) {
      const bytes = body instanceof Readable ? await buffer(body) : body
      bodies.set(checkKey(key), new Uint8Array(bytes))
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
    async removeAll(prefix) {
      const keys = keysUnder(prefix)
      for (const key of keys) bodies.delete(key)
      return keys.length
    },
    async check() {},
  }
}

/** S3 lists in the order of the bytes. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
