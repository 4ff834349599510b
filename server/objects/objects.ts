/** Objects: the port to the bucket. MinIO or any S3 store behind it; the twin in memory serves tests. Keys never begin with a slash. */
import type { Readable } from 'node:stream'
import type { ObjectParts } from './object-parts.ts'

export interface ObjectInfo {
  key: string
  bytes: number
}

/** One object as its level lists it. `mark` changes whenever its content does. */
export interface LevelFile {
  name: string
  bytes: number
  modifiedAt: Date
  mark: string
}

export interface Level {
  folders: string[]
  files: LevelFile[]
  /** There is more than was asked for. */
  isCut: boolean
}

export interface Objects {
  /** Of a stream whose `bytes` are known, only a part at a time is in memory. */
  put(key: string, body: Uint8Array | Readable, contentType?: string, bytes?: number): Promise<void>
  /** Null when there is no such object. */
  get(key: string): Promise<Uint8Array | null>
  /** In key order; `prefix` must end with a slash or be empty. */
  list(prefix: string): AsyncIterable<ObjectInfo>
  /** The names directly below a prefix that lead to more, in key order. */
  folders(prefix: string): AsyncIterable<string>
  /** What lies directly below a prefix, in key order. */
  level(prefix: string, atMost: number): Promise<Level>
  /** Null when there is no such object. */
  stat(key: string): Promise<Omit<LevelFile, 'name'> | null>
  /** `length` bytes from the start, or all of it as they come. The object is there: ask `stat` first. */
  stream(key: string, length?: number): Promise<Readable>
  /** Within the store, what lies below one prefix to the same names below another. Says how many. Whatever was there stays. */
  copyAll(from: string, to: string, isWanted?: (key: string) => boolean): Promise<number>
  /** Within the store. */
  copy(from: string, to: string): Promise<void>
  removeAll(prefix: string): Promise<number>
  remove(key: string): Promise<void>
  parts: ObjectParts
  /** Throws when the store cannot be reached or the bucket is not there. */
  check(): Promise<void>
}
