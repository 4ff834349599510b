/**
 * Upload: a file on its way from a browser into the store, in parts that can be sent again. Its place in the store is made
 * of ids alone; the name that it had is for people, and is checked before anybody sees it [S24].
 */
import { accept, refuse, type Outcome } from './outcome.ts'

export const UPLOAD_MAX_BYTES = 5 * 2 ** 30
/** A part that breaks off is sent anew, so they are small; the store takes no smaller ones than 5 MB and at most 10 000. */
export const PART_BYTES = 8 * 2 ** 20
/** One that nobody has touched for so long is given up. */
export const UPLOAD_KEEPS_MS = 24 * 3600_000
export const UPLOAD_NAME_MAX = 255
/** What of a file's beginning tells it from another of the same name and size. */
export const HEAD_BYTES = 256 * 1024

export const UPLOAD_STATES = ['open', 'whole'] as const
export type UploadState = (typeof UPLOAD_STATES)[number]

/** What a browser knows of a file, by which it is known again after a reload. */
export interface FileMark {
  name: string
  bytes: number
  /** When it was changed, in milliseconds. */
  changedAt: number
  /** SHA-256 of its beginning, in hex. */
  head: string
}

export interface Upload extends FileMark {
  id: string
  state: UploadState
  partBytes: number
  /** Numbers, from 1, of those that are there. */
  parts: number[]
  createdAt: string
}

/** Control signs, signs that turn the direction of reading, and slashes have no place in a name. */
const ODD = /[\p{C}/\\]/u

export function checkUploadName(name: string): Outcome<string, 'name-invalid'> {
  if (name.length > UPLOAD_NAME_MAX) return refuse('name-invalid', `The file’s name has ${name.length} letters. Give it one of at most ${UPLOAD_NAME_MAX}, then choose it again.`)
  if (name.trim() === '' || name === '.' || name === '..' || ODD.test(name)) return refuse('name-invalid', 'The file’s name has signs that cannot be shown. Rename the file, then choose it again.')
  return accept(name)
}

export function checkUpload({ name, bytes }: Pick<FileMark, 'name' | 'bytes'>): Outcome<null, 'name-invalid' | 'file-empty' | 'file-too-large'> {
  const checked = checkUploadName(name)
  if (!checked.ok) return checked
  if (bytes <= 0) return refuse('file-empty', 'The file is empty.')
  if (bytes > UPLOAD_MAX_BYTES) return refuse('file-too-large', 'A file of at most 5 GB can be brought in. Cut it into several, or compress it as Parquet.')
  return accept(null)
}

export const partCount = (bytes: number, partBytes = PART_BYTES): number => Math.ceil(bytes / partBytes)

/** Where a part lies in its file; null when there is none of that number. */
export function partRange(bytes: number, part: number, partBytes = PART_BYTES): { from: number; to: number } | null {
  if (!Number.isInteger(part) || part < 1 || part > partCount(bytes, partBytes)) return null
  const from = (part - 1) * partBytes
  return { from, to: Math.min(bytes, from + partBytes) }
}

export function missingParts(bytes: number, there: readonly number[], partBytes = PART_BYTES): number[] {
  const known = new Set(there)
  return Array.from({ length: partCount(bytes, partBytes) }, (_, at) => at + 1).filter((part) => !known.has(part))
}

export const bytesThere = ({ bytes, parts, partBytes }: Pick<Upload, 'bytes' | 'parts' | 'partBytes'>): number => parts.reduce((sum, part) => {
  const range = partRange(bytes, part, partBytes)
  return range === null ? sum : sum + range.to - range.from
}, 0)

export const isSameFile = (a: FileMark, b: FileMark): boolean => a.name === b.name && a.bytes === b.bytes && a.changedAt === b.changedAt && a.head === b.head
