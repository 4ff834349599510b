/** F24: a new web process takes the place of the one before while people type, as at a deployment behind one address. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { cellText } from '#lib/document/read-notebook.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomProcess } from '../../support/room-process.ts'
import { startProxy } from '../../support/tcp-proxy.ts'

const PEOPLE = 8
const DEPLOYMENTS = 3
const STROKE_EVERY_MS = 50
const GAP_MS = 5000

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const text = (room: Room): string => cellText(room.doc, CELL)?.toString() ?? ''

it(`F24: ${DEPLOYMENTS} deployments under the hands of ${PEOPLE} people lose nothing, and nobody waits 5 s to be saved`, async () => {
  const { notebookId } = await seedNotebook(database)
  let web = await startRoomProcess(database.url)
  const target = { host: '127.0.0.1', port: web.port }
  const proxy = await startProxy(target)
  /** Pages are from the one address; the processes here know it by the port that is theirs. */
  class PageSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[], options?: ClientOptions) {
      super(url, protocols, { ...options, headers: { ...options?.headers, origin: `http://127.0.0.1:${target.port}` } })
    }
  }
  const rooms = Array.from({ length: PEOPLE }, (_, i) => connectPeer({ url: `ws://127.0.0.1:${proxy.port}/rooms`, notebookId, as: `person-${i}`, WebSocketClass: PageSocket as typeof WebSocket }))
  await until(() => rooms.every((room) => room.status === 'saved'), 'everybody in')

  const tokens: string[] = []
  const savedAt = rooms.map(() => performance.now())
  let longestGapMs = 0
  async function typeFor(ms: number): Promise<void> {
    for (const end = performance.now() + ms; performance.now() < end; await pause(STROKE_EVERY_MS)) {
      const person = tokens.length % PEOPLE
      tokens.push(`⟦${person}-${tokens.length}⟧`)
      cellText(rooms[person]!.doc, CELL)?.insert(0, tokens.at(-1)!)
      rooms.forEach((room, i) => {
        // Only who has something to save waits.
        if (room.unsaved > 1) longestGapMs = Math.max(longestGapMs, performance.now() - savedAt[i]!)
        else savedAt[i] = performance.now()
      })
    }
  }
  for (let deployment = 0; deployment < DEPLOYMENTS; deployment += 1) {
    await typeFor(300)
    const next = await startRoomProcess(database.url)
    target.port = next.port
    const stopped = web.stop()
    await typeFor(1500)
    await stopped
    web = next
  }
  await until(() => rooms.every((room) => room.status === 'saved' && room.unsaved === 0), 'everything saved', 10_000)
  expect(longestGapMs).toBeLessThan(GAP_MS)
  const stored = (await readNotebookFromStore(database.sql, notebookId))?.cells.map((cell) => cell.source).join('\n') ?? ''
  for (const token of tokens) expect(stored.split(token).length - 1).toBe(1)
  expect(new Set(rooms.map(text)).size).toBe(1)
  rooms.forEach((room) => room.close())
  await proxy.close()
  await web.stop()
}, 90_000)
