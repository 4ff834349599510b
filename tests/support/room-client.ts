/**
 * Clients of a room for tests: `connectPeer` is a Yjs peer through y-websocket's own provider wrapped as the page wraps
 * it; `connectRaw` sends any bytes and notes what comes back, for clients that misbehave.
 */
import { createDecoder, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { WebSocket } from 'ws'
import { openRoom, type Room } from '#lib/live/room.svelte.ts'
import { MESSAGE, SYNC } from '#lib/domain/room.ts'

// Each provider asks to be told when the process exits, and a test has many.
process.setMaxListeners(0)

export interface Visit {
  url: string
  notebookId: string
  /** User id in the test's cookie. */
  as?: string
  role?: 'owner' | 'editor' | 'runner' | 'commenter' | 'viewer' | 'stranger'
  /** A real session's or link's cookie instead of the test's. */
  cookie?: string
  epoch?: number
  WebSocketClass?: typeof WebSocket
  /** Where the page is from, when a proxy stands before the server. */
  origin?: string
}

export function socketClass(visit: Visit, Base: typeof WebSocket = WebSocket): typeof globalThis.WebSocket {
  const headers = headersOf(visit)
  return class VisitorSocket extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols, { headers, perMessageDeflate: false })
    }
  } as unknown as typeof globalThis.WebSocket
}

export const headersOf = ({ url, as = 'ada', role = 'editor', cookie, origin = url }: Visit): Record<string, string> => ({
  cookie: cookie ?? `visitor=${as}:${role}`, origin: origin.replace(/^ws/, 'http').replace(/\/rooms$/, ''),
})

export const connectPeer = (visit: Visit): Room => openRoom({
  notebookId: visit.notebookId, person: visit.as ?? '', epoch: visit.epoch ?? 1, canEdit: visit.role !== 'viewer', url: visit.url,
  WebSocketClass: socketClass(visit, visit.WebSocketClass),
})

export interface RawClient {
  socket: WebSocket
  /** Numbers and payload bytes of what came. */
  received: { type: number; sync?: number; bytes?: Uint8Array; text?: string; count?: number }[]
  closed: Promise<{ code: number; reason: string }>
  opened: Promise<void>
  send: (bytes: Uint8Array | string) => void
}

export function connectRaw(visit: Visit, headers: Record<string, string> = headersOf(visit)): RawClient {
  const socket = new WebSocket(`${visit.url}/${visit.notebookId}?epoch=${visit.epoch ?? 1}`, { headers, perMessageDeflate: false })
  const received: RawClient['received'] = []
  socket.on('message', (data: Buffer) => received.push(readFrame(data)))
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  const opened = new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve())
    socket.on('error', reject)
  })
  opened.catch(() => {})
  return { socket, received, closed, opened, send: (bytes) => socket.send(bytes) }
}

function readFrame(data: Buffer): RawClient['received'][number] {
  const decoder = createDecoder(new Uint8Array(data))
  const type = readVarUint(decoder)
  if (type === MESSAGE.sync) return { type, sync: readVarUint(decoder), bytes: readVarUint8Array(decoder) }
  if (type === MESSAGE.saved || type === MESSAGE.rights) return { type, count: readVarUint(decoder) }
  if (type === MESSAGE.refused) return { type, text: `${readVarString(decoder)}: ${readVarString(decoder)}` }
  return { type, bytes: readVarUint8Array(decoder) }
}

export function syncMessage(kind: keyof typeof SYNC, bytes: Uint8Array): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.sync)
  writeVarUint(encoder, SYNC[kind])
  writeVarUint8Array(encoder, bytes)
  return toUint8Array(encoder)
}

export async function until(isTrue: () => boolean | Promise<boolean>, what: string, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
