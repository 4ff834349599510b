/** Objects: the port to the bucket. MinIO or any S3 store behind it; the twin in memory serves tests. Keys never begin with a slash. */
import type { Readable } from 'node:stream'

export interface ObjectInfo {
  key: string
  bytes: number
}

export interface Objects {
  put(key: string, body: Uint8Array | Readable, contentType?: string): Promise<void>
  /** Null when there is no such object. */
  get(key: string): Promise<Uint8Array | null>
  /** In key order; `prefix` must end with a slash or be empty. */
  list(prefix: string): AsyncIterable<ObjectInfo>
  /** The names directly below a prefix that lead to more, in key order. */
  folders(prefix: string): AsyncIterable<string>
  removeAll(prefix: string): Promise<number>
  /** Throws when the store cannot be reached or the bucket is not there. */
  check(): Promise<void>
}
