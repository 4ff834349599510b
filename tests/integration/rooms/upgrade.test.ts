/** S5, S9: who gets a socket. Everything is judged before the handshake, and nothing is sent to who may not come in. */
import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pino from 'pino'
import { NO_PASS } from '#server/processes/pass-upgrades.ts'
import { guardUpgrades } from '#server/rooms/upgrade.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectRaw, headersOf, until } from '../../support/room-client.ts'
import { seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

let database: TestDatabase
let server: RoomServer
let notebookId: string

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRoomServer({ databaseUrl: database.url })
  notebookId = (await seedNotebook(database)).notebookId
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

/** A bare upgrade request: the status, or 101 with the number of bytes that came within a moment. */
function upgrade(path: string, headers: IncomingHttpHeaders, port = server.port): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1', port, path,
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers },
    })
    asked.on('response', (response) => resolve({ status: response.statusCode ?? 0, bytes: 0 }))
    asked.on('upgrade', (_response, socket) => {
      socket.destroy()
      resolve({ status: 101, bytes: 0 })
    })
    asked.on('error', reject)
    asked.end()
  })
}

const good = (): Record<string, string> => headersOf({ url: server.url, notebookId })
const without = (name: string): Record<string, string> => Object.fromEntries(Object.entries(good()).filter(([key]) => key !== name))

describe('S5 an upgrade', () => {
  it('opens a room for a member on our own page', async () => {
    const client = connectRaw({ url: server.url, notebookId })
    await client.opened
    await until(() => client.received.length > 0, 'the room speaks first')
    client.socket.terminate()
  })

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['the null origin', { origin: 'null' }],
    ['an origin that begins like ours', { origin: 'http://127.0.0.1.evil.example' }],
    ['our host over another scheme', { origin: 'https://127.0.0.1' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
  ])('from %s gets 403 and no handshake, with a good cookie too', async (_name, headers) => {
    expect((await upgrade(`/rooms/${notebookId}`, { ...good(), ...headers })).status).toBe(403)
  })

  it('without an origin gets 403', async () => {
    expect((await upgrade(`/rooms/${notebookId}`, without('origin'))).status).toBe(403)
  })

  it('for the host that was asked for is from our own page, whatever its name', async () => {
    const headers = { ...good(), host: 'notes.example:8080', origin: 'http://notes.example:8080' }
    expect((await upgrade(`/rooms/${notebookId}`, headers)).status).toBe(101)
  })

  it.each(['/', '/rooms', '/rooms/', '/rooms/a/b', '/rooms/../rooms/x', '/rooms/%2e%2e', '/rooms/..', '/api/v1/notebooks', '/terminals/ws', '//rooms/x', '/rooms/ａ'])(
    'to %s gets 404', async (path) => {
      expect((await upgrade(encodeURI(path), good())).status).toBe(404)
    })

  it.each([
    ['without a session', { cookie: '' }, 4401],
    ['with a session that is none', { cookie: 'visitor=' }, 4401],
    ['of another tenant', { cookie: 'visitor=eve:stranger' }, 4404],
  ])('%s is closed for good and told nothing', async (_name, headers, code) => {
    const client = connectRaw({ url: server.url, notebookId }, { ...good(), ...headers })
    expect((await client.closed).code).toBe(code)
    expect(client.received).toEqual([])
  })

  it.each(['not-a-uuid', '00000000-0000-4000-8000-000000000000', 'ROOM'])('S9 to the guessed room %s is closed like another tenant’s', async (guess) => {
    const client = connectRaw({ url: server.url, notebookId: guess })
    expect((await client.closed).code).toBe(4404)
    expect(client.received).toEqual([])
  })

  it('S9 to a room whose name only looks like ours gets 404, and in capitals is closed like another tenant’s', async () => {
    const alike = notebookId.replace(/\d/, (digit) => String.fromCodePoint(digit.codePointAt(0)! + 0xfee0))
    expect(alike).not.toBe(notebookId)
    expect((await upgrade(encodeURI(`/rooms/${alike}`), good())).status).toBe(404)
    const client = connectRaw({ url: server.url, notebookId: notebookId.toUpperCase() })
    expect((await client.closed).code).toBe(4404)
    expect(client.received).toEqual([])
  })

  it('with another epoch is closed with 4409', async () => {
    const client = connectRaw({ url: server.url, notebookId, epoch: 7 })
    expect(await client.closed).toEqual({ code: 4409, reason: 'epoch 1' })
  })
})

describe('the gate', () => {
  it('leaves unknown paths to others in development, and answers 503 when nobody can be asked', async () => {
    const http = createServer()
    const admit = (): Promise<never> => Promise.reject(new Error('no database'))
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    const origin = `http://127.0.0.1:${port}`
    guardUpgrades(http, { config: { publicUrl: origin }, log: pino({ level: 'silent' }), rooms: server.rooms, admit }, { passUnknown: true, upgrades: NO_PASS })
    http.on('upgrade', (asked, socket) => {
      if (asked.url === '/vite') socket.end('HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n')
    })
    expect((await upgrade('/vite', { origin }, port)).status).toBe(418)
    expect((await upgrade(`/rooms/${notebookId}`, { origin }, port)).status).toBe(503)
    http.closeAllConnections()
    http.close()
  })
})
