/** Mounts the sockets on an HTTP server. The same in production (main.ts) and in development (attach-in-dev.ts). */
import type { Server } from 'node:http'
import type { Deps } from './deps.ts'
import { attachRooms } from './rooms/upgrade.ts'

export function attach(server: Server, deps: Deps, options: { passUnknown: boolean } = { passUnknown: false }): void {
  server.on('connection', (socket) => socket.setNoDelay(true))
  attachRooms(server, deps, options)
}
