/** The in-memory twin of object parts, for tests. It passes the same contract suite as MinIO. */
import { createHash, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { checkKey } from './object-key.ts'
import type { ObjectParts } from './object-parts.ts'

export function createMemoryParts(write: (key: string, bytes: Uint8Array) => void): ObjectParts {
  const open = new Map<string, Map<number, Uint8Array>>()
  return {
    async begin(key) {
      checkKey(key)
      const id = randomUUID()
      open.set(id, new Map())
      return id
    },
    async put(_key, id, part, body, bytes) {
      const given = new Uint8Array(await buffer(body))
      if (given.byteLength !== bytes) throw new Error('The part is not as long as was said.')
      open.get(id)!.set(part, given)
    },
    async list(_key, id) {
      const parts = open.get(id)
      if (parts === undefined) return null
      return [...parts].map(([part, bytes]) => ({ part, bytes: bytes.byteLength, mark: createHash('md5').update(bytes).digest('hex') })).toSorted((a, b) => a.part - b.part)
    },
    async join(key, id, parts) {
      write(key, Buffer.concat(parts.map(({ part }) => open.get(id)!.get(part)!)))
      open.delete(id)
    },
    async drop(_key, id) {
      open.delete(id)
    },
  }
}
