/**
 * In a web process that shares its address with others: gives a room's upgrade to the notebook's home process, socket and
 * all, before the handshake. A WebSocket client says nothing before it is answered, so nothing is lost on the way; after
 * it nobody stands between. What was passed here is served here, whoever is home by now: it goes round once at most.
 */
import { IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { homeOf } from '#lib/domain/web-processes.ts'
import { sendHandle, socketOf, takeHandle, type ConnectionHandle } from './connection-handle.ts'
import { isPassedUpgrade, isRoll, type PassedUpgrade, type Roll } from './messages.ts'

export interface UpgradePass {
  /** True when another process has it now. */
  pass(notebookId: string, request: IncomingMessage, socket: Socket, head: Buffer): boolean
}

/** One process alone at its address. */
export const NO_PASS: UpgradePass = { pass: () => false }

export function createUpgradePass(server: Server): UpgradePass {
  let roll: Roll | null = null
  const arrived = new WeakSet<IncomingMessage>()

  process.on('message', (message: unknown, handle: unknown) => {
    if (isRoll(message)) roll = message
    // Without its connection: the client went meanwhile.
    if (!isPassedUpgrade(message) || handle === undefined) return
    const socket = socketOf(handle as ConnectionHandle)
    const request = requestOf(message, socket)
    arrived.add(request)
    server.emit('upgrade', request, socket, Buffer.from(message.head, 'base64'))
  })
  return {
    pass: (notebookId, request, socket, head) => {
      if (roll === null || arrived.has(request) || process.send === undefined) return false
      const home = homeOf(notebookId, roll.listening)
      if (home === null || home === roll.self) return false
      const upgrade: PassedUpgrade = { kind: 'upgrade', to: home, url: request.url ?? '', headers: request.headers, head: head.toString('base64') }
      const handle = takeHandle(socket)
      // Only this process's end of it goes: the home has its own.
      if (handle !== null) sendHandle(process.send.bind(process), upgrade, handle, () => socket.destroy())
      return true
    },
  }
}

function requestOf({ url, headers }: PassedUpgrade, socket: Socket): IncomingMessage {
  const request = new IncomingMessage(socket)
  return Object.assign(request, { method: 'GET', url, headers, httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 })
}
