/** Mounts the sockets on an HTTP server. The same in production (run-web.ts) and in development (attach-in-dev.ts). */
import type { Server } from 'node:http'
import type { Deps } from './deps.ts'
import { attachRooms, type UpgradeOptions } from './rooms/upgrade.ts'

export function attach(server: Server, deps: Deps, options: UpgradeOptions): void {
  server.on('connection', (socket) => socket.setNoDelay(true))
  attachRooms(server, deps, options)
}
