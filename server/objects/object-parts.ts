/** Object parts: the port for an object that comes in parts, in any order and each more than once; nothing is seen of it before it is joined. */
import type { Readable } from 'node:stream'

export interface ObjectPart {
  part: number
  bytes: number
  mark: string
}

export interface ObjectParts {
  /** Gives the word by which the store knows it from then on. */
  begin(key: string): Promise<string>
  /** Takes exactly so many bytes as they come, or throws; a part that is there already is replaced. */
  put(key: string, id: string, part: number, body: Readable, bytes: number): Promise<void>
  /** In their order; null when the store does not know it any more. */
  list(key: string, id: string): Promise<ObjectPart[] | null>
  /** From then on it is an object like any other. */
  join(key: string, id: string, parts: readonly ObjectPart[]): Promise<void>
  /** Also of one that is gone. */
  drop(key: string, id: string): Promise<void>
}
