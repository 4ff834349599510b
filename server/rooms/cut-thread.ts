/** The thread of cutter.ts: reads updates to their end and cuts them, where it keeps nobody waiting. */
import { parentPort } from 'node:worker_threads'
import * as Y from 'yjs'
import { cutUpdate } from '../notebooks/cut-update.ts'
import type { Cut } from './cutter.ts'
import { PART_PIECES, readLargeUpdate } from './read-update.ts'

parentPort?.on('message', ({ id, updates }: { id: number; updates: Uint8Array[] }) => {
  const cut = cutAll(updates)
  parentPort?.postMessage({ id, cut }, cut.kind === 'sound' ? cut.parts.map(({ buffer }) => buffer as ArrayBuffer) : [])
})

function cutAll(updates: Uint8Array[]): Cut {
  const [only] = updates
  const read = readLargeUpdate(updates.length === 1 && only !== undefined ? only : Y.mergeUpdates(updates))
  // An own buffer each, to be handed over.
  return read.kind === 'sound' ? { kind: 'sound', parts: cutUpdate(read.decoded, PART_PIECES).map((part) => part.slice()) } : read
}
