/**
 * A web server with rooms and nothing else, on a real Postgres. In a test process by `startRoomServer`, or as a process
 * of its own (`node tests/support/room-server.ts <database-url> <port>`) that can be killed; then it prints its port.
 * Who a visitor is stands in the cookie `visitor=<userId>:<owner|editor|viewer>`; whether it may enter can be changed by tests.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import type { NotebookId, UserId } from '#lib/domain/ids.ts'
import type { Role } from '#lib/domain/member.ts'
import { accept, refuse } from '#lib/domain/outcome.ts'
import { rightsOf } from '#lib/domain/room.ts'
import type { Access } from '#server/access/access.ts'
import { createAccess } from '#server/access/create-access.ts'
import { createRooms, type RoomsTimes } from '#server/rooms/create-rooms.ts'
import { NO_PASS, type UpgradePass } from '#server/processes/pass-upgrades.ts'
import type { Admission, Rooms } from '#server/rooms/rooms.ts'
import { guardUpgrades } from '#server/rooms/upgrade.ts'
import { visitorColor } from '#server/rooms/visitor-color.ts'
import { openStore } from '#server/store/client.ts'

export interface RoomServer {
  url: string
  origin: string
  port: number
  rooms: Rooms
  access: Access
  stop: () => Promise<void>
}

export type Admit = (headers: Headers, notebookId: string) => Promise<Admission>

export interface RoomServerOptions {
  databaseUrl: string
  port?: number
  /** With how soon everybody is asked again who is not named by a notice. */
  times?: RoomsTimes & { recheckMs?: number }
  now?: () => Date
  admit?: Admit
  /** For a server that shares its address with others. */
  upgradesOf?: (server: Server) => UpgradePass
  level?: string
}

export async function startRoomServer(options: RoomServerOptions): Promise<RoomServer> {
  const store = openStore(options.databaseUrl, { name: 'room-test', max: 5 })
  const log = pino({ level: options.level ?? 'silent' })
  const recheckMs = options.times?.recheckMs
  const access = createAccess({ log }, recheckMs === undefined ? undefined : { roundMs: recheckMs })
  const rooms = await createRooms({ access, sql: store.sql, db: store.db, log, now: options.now ?? (() => new Date()), config: { databaseUrl: options.databaseUrl } }, options.times)
  const server = createServer((_request, response) => response.end('ok'))
  const upgrades = options.upgradesOf?.(server) ?? NO_PASS
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  guardUpgrades(server, { config: { publicUrl: origin }, log, rooms, admit: options.admit ?? admitByCookie }, { passUnknown: false, upgrades })
  return {
    url: `ws://127.0.0.1:${port}/rooms`, origin, port, rooms, access,
    stop: async () => {
      await rooms.close()
      access.close()
      await closeServer(server)
      await store.close()
    },
  }
}

export function admitByCookie(headers: Headers, notebookId: string): Promise<Admission> {
  const [, userId, role] = /visitor=([\w-]+):(\w+)/.exec(headers.get('cookie') ?? '') ?? []
  if (userId === undefined) return Promise.resolve(refuse('sign-in-needed', 'Sign in to go on.'))
  if (!/^[0-9a-f-]{36}$/.test(notebookId) || role === 'stranger') return Promise.resolve(refuse('not-found', 'There is no such notebook.'))
  return Promise.resolve(accept({
    userId: userId as UserId, shareId: null, sessionId: `session-of-${userId}`, name: `Name of ${userId}`, color: visitorColor(userId),
    ...rightsOf(role as Role, false), recheck: () => admitByCookie(headers, notebookId),
  }))
}

export const asNotebookId = (text: string): NotebookId => text as NotebookId

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

if (import.meta.main) {
  const [databaseUrl = '', port = '0'] = process.argv.slice(2)
  const server = await startRoomServer({ databaseUrl, port: Number(port), level: 'warn' })
  process.stdout.write(`listening ${server.port}\n`)
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
}
