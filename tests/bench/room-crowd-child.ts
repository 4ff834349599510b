/**
 * A part of a crowd, in a process of its own, so that clients do not take time from the server under test. Clients are
 * light: each has its own copy of the document to type into and does not apply what others type; some of them look for
 * the instant that every keystroke carries. Run by room-crowd.ts, which sends its plan and hears what it saw.
 */
import { once } from 'node:events'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { CrowdPart, CrowdSight } from './room-crowd.ts'

const SYNC = 0
const UPDATE = 2
const MARK = Buffer.from('⟦')
const END = Buffer.from('⟧')

// By message: thousands of addresses are too long for a command line.
const [part] = (await once(process, 'message')) as [CrowdPart]
const sight: CrowdSight = { delays: [], sent: 0, closed: 0, joinedMs: 0 }
const now = (): number => performance.timeOrigin + performance.now()

/** Sockets that were dropped on purpose. */
const dropped = new Set<WebSocket>()

interface Client {
  socket: WebSocket
  doc: Y.Doc
  text: Y.Text | null
}

function send(socket: WebSocket, write: (encoder: encoding.Encoder) => void): void {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, SYNC)
  write(encoder)
  if (socket.readyState === WebSocket.OPEN) socket.send(encoding.toUint8Array(encoder))
}

function join(url: string, isProbe: boolean): Promise<Client> {
  const socket = new WebSocket(url, { headers: part.headers, perMessageDeflate: false })
  const doc = new Y.Doc()
  const client: Client = { socket, doc, text: null }
  socket.on('upgrade', (response) => response.socket.setNoDelay(true))
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => {
      sight.closed += dropped.has(socket) ? 0 : 1
      reject(new Error('Closed.'))
    })
    socket.on('open', () => {
      if (part.keysPerSecond > 0) send(socket, (encoder) => sync.writeSyncStep1(encoder, doc))
    })
    socket.on('message', (data: Buffer) => {
      // The room speaks first: who hears it has a seat.
      if (part.keysPerSecond === 0) resolve(client)
      if (data[0] !== SYNC) return
      if (data[1] === UPDATE) return isProbe ? look(data) : undefined
      if (part.keysPerSecond === 0) return
      const decoder = decoding.createDecoder(new Uint8Array(data))
      decoding.readVarUint(decoder)
      const answer = encoding.createEncoder()
      encoding.writeVarUint(answer, SYNC)
      const kind = sync.readSyncMessage(decoder, answer, doc, socket)
      if (encoding.length(answer) > 1) socket.send(encoding.toUint8Array(answer))
      if (kind !== sync.messageYjsSyncStep2 || client.text !== null) return
      client.text = part.cellId === null ? doc.getText('source') : cellText(doc, part.cellId as CellId)
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== socket) send(socket, (encoder) => sync.writeUpdate(encoder, update))
      })
      resolve(client)
    })
  })
}

function look(data: Buffer): void {
  const from = data.indexOf(MARK)
  if (from === -1) return
  sight.delays.push(now() - Number(data.subarray(from + MARK.length, data.indexOf(END, from)).toString()))
}

function type({ text }: Client): void {
  text?.insert(text.length, `⟦${now().toFixed(2)}⟧`)
  sight.sent += 1
}

const began = performance.now()
const clients: Client[] = []
const AT_ONCE = 100
for (let i = 0; i < part.urls.length; i += AT_ONCE) {
  clients.push(...await Promise.all(part.urls.slice(i, i + AT_ONCE).map((url, j) => join(url, part.probes.includes(i + j)))))
}
sight.joinedMs = performance.now() - began
process.send?.('joined')
const told = (word: string): Promise<void> => new Promise((resolve) => {
  process.on('message', (message) => {
    if (message === word) resolve()
  })
})
const end = told('end')
void told('come back').then(comeBack)
await told('go')
sight.delays = []
if (part.keysPerSecond > 0) {
  const every = 1000 / part.keysPerSecond
  for (const client of clients.slice(0, part.typists)) setTimeout(() => setInterval(() => type(client), every), Math.random() * every)
}
await Promise.all([end, new Promise((resolve) => setTimeout(resolve, part.seconds * 1000))])
process.send?.(sight, () => process.exit(0))

/** All at once, as after a crash of the server, and without the patience that our page has. Who is not let in tries again. */
async function comeBack(): Promise<void> {
  for (const { socket } of clients) {
    dropped.add(socket)
    socket.terminate()
  }
  const startedAt = performance.now()
  const again = async (url: string): Promise<void> => {
    for (;;) {
      try {
        await join(url, false)
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
  }
  await Promise.all(part.urls.map(again))
  process.send?.(performance.now() - startedAt)
}
