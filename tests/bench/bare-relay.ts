/**
 * The baseline of co-editing: the least server that speaks y-protocols. It keeps one document in memory,
 * answers sync, passes updates and presence on, and stores nothing. Run as `node tests/bench/bare-relay.ts <port>`.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocketServer, type WebSocket } from 'ws'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'

const SYNC = 0
const AWARENESS = 1
const doc = new Y.Doc()
const sockets = new Set<WebSocket>()
const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', perMessageDeflate: false })

doc.on('update', (update: Uint8Array, origin: unknown) => {
  const message = frame((encoder) => sync.writeUpdate(encoder, update))
  for (const socket of sockets) if (socket !== origin) socket.send(message)
})

server.on('connection', (socket, request) => {
  request.socket.setNoDelay(true)
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  socket.on('message', (data: Buffer) => {
    const decoder = decoding.createDecoder(new Uint8Array(data))
    const type = decoding.readVarUint(decoder)
    // To its sender too, as y-websocket's own server does: a page that hears nothing for half a minute takes the line for dead.
    if (type === AWARENESS) for (const other of sockets) other.send(data)
    if (type !== SYNC) return
    const answer = encoding.createEncoder()
    encoding.writeVarUint(answer, SYNC)
    sync.readSyncMessage(decoder, answer, doc, socket)
    if (encoding.length(answer) > 1) socket.send(encoding.toUint8Array(answer))
  })
  socket.send(frame((encoder) => sync.writeSyncStep1(encoder, doc)))
})

function frame(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, SYNC)
  write(encoder)
  return encoding.toUint8Array(encoder)
}
