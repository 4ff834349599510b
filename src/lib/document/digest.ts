/** Digest of a cell's source: what a run compares to know that it runs what the person saw. Same in browser and server. */
import { toHexString } from 'lib0/buffer'
import { digest } from 'lib0/hash/sha256'
import { plainSource } from './plain-source.ts'

export const digestSource = (source: string): string => toHexString(digest(new TextEncoder().encode(plainSource(source))))
