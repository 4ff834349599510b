/**
 * Upgrade: the one gate of all sockets, closed unless every question is answered: the path is a room, the Origin is
 * ours, and the session (or share) may see the notebook. All of it before the handshake. A browser that may not come in
 * gets a handshake and a final close code, because y-websocket tries an HTTP 401 again for ever; a foreign Origin and an
 * unknown path get plain HTTP and no handshake.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { NotebookId } from '#lib/domain/ids.ts'
import { FRAME_MAX_BYTES } from '#lib/domain/room.ts'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'
import { closeCodeOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { UpgradePass } from '../processes/pass-upgrades.ts'
import { admitVisitor } from './admit-visitor.ts'
import { createDoorway } from './doorway.ts'
import { inTime } from './in-time.ts'
import { readUpgrade } from './read-upgrade.ts'
import type { Admission, Rooms } from './rooms.ts'

export interface UpgradePort {
  config: Pick<Config, 'publicUrl'>
  log: Log
  rooms: Rooms
  admit: (headers: Headers, notebookId: string) => Promise<Admission>
}

export interface UpgradeOptions {
  /** In development Vite's own sockets are on the same server. */
  passUnknown: boolean
  /** Leads a room's socket to the web process that is its notebook's home. */
  upgrades: UpgradePass
}

const FAREWELL_MS = 2_000
/** So many are asked who they are at once: as many as the database answers at once. */
const AT_THE_DOOR = 8
/** Everybody of a large installation at once stands in line; more are a flood. */
const IN_LINE = 20_000
/** What is still read from a socket that may not come in; a page of ours sends less before it hears so. */
const FAREWELL_BYTES = 64 * 1024

export function attachRooms(server: Server, deps: Deps, options: UpgradeOptions): void {
  guardUpgrades(server, { config: deps.config, log: deps.log, rooms: deps.rooms, admit: (headers, notebookId) => admitVisitor(deps, headers, notebookId) }, options)
}

export function guardUpgrades(server: Server, port: UpgradePort, options: UpgradeOptions): void {
  const gates: Gates = {
    rooms: new WebSocketServer({ noServer: true, maxPayload: FRAME_MAX_BYTES, perMessageDeflate: false }),
    refusals: new WebSocketServer({ noServer: true, maxPayload: FAREWELL_BYTES, perMessageDeflate: false }),
  }
  const doorway = createDoorway(AT_THE_DOOR, IN_LINE)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const asked = readUpgrade(request, port.config.publicUrl)
    if (asked.kind === 'unknown' && options.passUnknown) return
    socket.on('error', () => {})
    if (asked.kind === 'unknown') return answer(socket, 404, 'Not Found')
    if (asked.kind === 'foreign') return answer(socket, 403, 'Forbidden')
    if (options.upgrades.pass(asked.notebookId, request, socket as Socket, head)) return
    if (doorway.isFull) return answer(socket, 503, 'Service Unavailable')
    ;(socket as Socket).setNoDelay(true)
    doorway.enter(() => admitAndJoin(gates, port, request, socket, head, asked)).catch((error: unknown) => {
      port.log.error({ err: error }, 'an upgrade failed')
      answer(socket, 503, 'Service Unavailable')
    })
  })
}

type Gates = Record<'rooms' | 'refusals', WebSocketServer>

async function admitAndJoin(
  gates: Gates, port: UpgradePort, request: IncomingMessage, socket: Duplex, head: Buffer,
  { notebookId, epoch }: { notebookId: string; epoch: number | null },
): Promise<void> {
  // Gone while it stood in line.
  if (socket.destroyed) return
  const admission = await inTime(port.admit(headersOf(request), notebookId))
  if (admission.ok) gates.rooms.handleUpgrade(request, socket, head, (webSocket) => void port.rooms.join(webSocket, notebookId as NotebookId, admission.value, epoch))
  else gates.refusals.handleUpgrade(request, socket, head, (webSocket) => sendAway(webSocket, closeCodeOf(admission.reason), admission.message))
}

/** A stranger hears why; one who goes on sending is cut off, so that a flood costs no memory. */
function sendAway(webSocket: WebSocket, code: number, reason: string): void {
  let bytes = 0
  webSocket.on('error', () => webSocket.terminate())
  webSocket.on('message', (data: Buffer) => {
    bytes += data.byteLength
    if (bytes > FAREWELL_BYTES) webSocket.terminate()
  })
  webSocket.close(code, reason)
  setTimeout(() => webSocket.terminate(), FAREWELL_MS).unref()
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}

function answer(socket: Duplex, status: number, text: string): void {
  if (!socket.writable) return void socket.destroy()
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
}
