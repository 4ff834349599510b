/**
 * Zip file: writes a zip entry by entry, each as it comes, with what a header says of it filled in behind it. For files
 * of Excel; nothing of an entry is held in memory. Sizes stay below 4 GB, where the old format of zip ends.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, crc32, createDeflateRaw } from 'node:zlib'

const ENTRY = 0x04034b50
const LISTED = 0x02014b50
const END = 0x06054b50
const VERSION = 20
const UTF8_NAMES = 0x0800
const DEFLATED = 8
/** 1 January 1980: a file's content alone decides what its bytes are. */
const DATE = 0x21
const SIZE_MAX = 0xffffffff

interface Entry {
  name: Buffer
  at: number
  crc: number
  packed: number
  size: number
}

export class TooLargeForZip extends Error {}

export interface ZipFile {
  add(name: string, parts: Iterable<string> | AsyncIterable<string>): Promise<void>
  /** Writes the list of what is in it, without which it is no zip. */
  finish(): Promise<void>
  close(): Promise<void>
}

export async function createZip(path: string): Promise<ZipFile> {
  const file = await open(path, 'wx')
  const entries: Entry[] = []
  let end = 0
  const write = async (bytes: Buffer): Promise<void> => {
    await writeAll(file, bytes, end)
    end += bytes.length
  }

  async function add(name: string, parts: Iterable<string> | AsyncIterable<string>): Promise<void> {
    const entry: Entry = { name: Buffer.from(name), at: end, crc: 0, packed: 0, size: 0 }
    await write(localHeader(entry))
    const from = end
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const part of parts) {
        const bytes = Buffer.from(part)
        entry.crc = crc32(bytes, entry.crc)
        entry.size += bytes.length
        if (entry.size > SIZE_MAX) throw new TooLargeForZip()
        yield bytes
      }
    }
    await pipeline(Readable.from(counted(), { objectMode: true, highWaterMark: 2 }), createDeflateRaw({ level: constants.Z_BEST_SPEED }), async (source: AsyncIterable<Buffer>) => {
      for await (const bytes of source) await write(bytes)
    })
    entry.packed = end - from
    if (end > SIZE_MAX) throw new TooLargeForZip()
    await writeAll(file, localHeader(entry), entry.at)
    entries.push(entry)
  }

  return {
    add,
    async finish() {
      const from = end
      for (const entry of entries) await write(listing(entry))
      await write(ending(entries.length, end - from, from))
    },
    close: () => file.close(),
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
}

function localHeader({ name, crc, packed, size }: Entry): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(ENTRY, 0)
  describe(header, 4, { crc, packed, size })
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

function listing({ name, at, crc, packed, size }: Entry): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(LISTED, 0)
  header.writeUInt16LE(VERSION, 4)
  describe(header, 6, { crc, packed, size })
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(at, 42)
  return Buffer.concat([header, name])
}

/** What both headers say of an entry, in the same order. */
function describe(header: Buffer, from: number, { crc, packed, size }: Pick<Entry, 'crc' | 'packed' | 'size'>): void {
  header.writeUInt16LE(VERSION, from)
  header.writeUInt16LE(UTF8_NAMES, from + 2)
  header.writeUInt16LE(DEFLATED, from + 4)
  header.writeUInt16LE(DATE, from + 8)
  header.writeUInt32LE(crc, from + 10)
  header.writeUInt32LE(packed, from + 14)
  header.writeUInt32LE(size, from + 18)
}

function ending(entries: number, size: number, at: number): Buffer {
  const footer = Buffer.alloc(22)
  footer.writeUInt32LE(END, 0)
  footer.writeUInt16LE(entries, 8)
  footer.writeUInt16LE(entries, 10)
  footer.writeUInt32LE(size, 12)
  footer.writeUInt32LE(at, 16)
  return footer
}
