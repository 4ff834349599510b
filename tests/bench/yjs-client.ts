/** A plain Yjs client over a socket: the same for the product's rooms and for the bare relay. Message types it does not know are left alone. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'

const SYNC = 0

export interface YjsClient {
  doc: Y.Doc
  isSynced: Promise<void>
  close: () => void
}

export function connectYjs(url: string, headers: Record<string, string> = {}): YjsClient {
  const doc = new Y.Doc()
  const socket = new WebSocket(url, { headers, perMessageDeflate: false })
  const send = (write: (encoder: encoding.Encoder) => void) => {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, SYNC)
    write(encoder)
    if (encoding.length(encoder) > 1 && socket.readyState === WebSocket.OPEN) socket.send(encoding.toUint8Array(encoder))
  }
  const isSynced = new Promise<void>((resolve, reject) => {
    socket.on('upgrade', (response) => response.socket.setNoDelay(true))
    socket.on('open', () => send((encoder) => sync.writeSyncStep1(encoder, doc)))
    socket.on('message', (data: Buffer) => {
      const decoder = decoding.createDecoder(new Uint8Array(data))
      if (decoding.readVarUint(decoder) !== SYNC) return
      send((encoder) => {
        if (sync.readSyncMessage(decoder, encoder, doc, socket) === 1) resolve()
      })
    })
    socket.on('error', reject)
    socket.on('close', (code, reason) => reject(new Error(`closed ${code} ${reason.toString()}`)))
  })
  isSynced.catch(() => {})
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== socket) send((encoder) => sync.writeUpdate(encoder, update))
  })
  return { doc, isSynced, close: () => socket.terminate() }
}
