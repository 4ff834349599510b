/** F8, seen from a room: Postgres goes away while people type, and comes back. Nothing acknowledged is lost, nothing is acknowledged meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellText } from '#lib/document/read-notebook.ts'
import { readNotebookFromStore } from '#server/notebooks/read-notebook.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

let database: TestDatabase
let proxy: TcpProxy
let server: RoomServer

beforeAll(async () => {
  database = await createTestDatabase()
  const url = new URL(database.url)
  proxy = await startProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  server = await startRoomServer({ databaseUrl: url.href, times: { beatMs: 300, idleMs: 30_000, recheckMs: 300 } })
})
afterAll(async () => {
  await server.stop()
  await proxy.close()
  await database.drop()
})

describe('F8 Postgres away', () => {
  it('keeps everybody typing together, says "saving", and saves in order when it is back', async () => {
    const { notebookId } = await seedNotebook(database)
    const [ada, bob] = ['ada', 'bob'].map((as) => connectPeer({ url: server.url, notebookId, as }))
    await until(() => ada!.status === 'saved' && bob!.status === 'saved', 'both in')
    for (let round = 0; round < 3; round += 1) {
      proxy.cut()
      for (let i = 0; i < 40; i += 1) {
        for (const room of [ada!, bob!]) cellText(room.doc, CELL)?.insert(0, `${round}.${i} `)
        await pause(10)
      }
      await until(() => cellText(ada!.doc, CELL)?.toString() === cellText(bob!.doc, CELL)?.toString(), 'they see each other')
      expect([ada!.status, bob!.status]).toEqual(['saving', 'saving'])
      expect(ada!.unsaved).toBeGreaterThan(30)
      proxy.mend()
      const began = performance.now()
      await until(() => ada!.status === 'saved' && bob!.status === 'saved', 'saved again', 15_000)
      expect(performance.now() - began).toBeLessThan(10_000)
      expect((await readNotebookFromStore(database.sql, notebookId))?.cells[0]?.source).toBe(cellText(ada!.doc, CELL)?.toString())
    }
    ada!.close()
    bob!.close()
  })

  it('sends who comes meanwhile away to try again, and they get in by themselves', async () => {
    const { notebookId } = await seedNotebook(database)
    proxy.cut()
    const ada = connectPeer({ url: server.url, notebookId, as: 'ada' })
    await pause(700)
    expect(ada.status).toBe('connecting')
    expect(ada.ended).toBeNull()
    proxy.mend()
    await until(() => ada.status === 'saved', 'in', 15_000)
    ada.close()
  })

  it('hears of other processes again after it came back', async () => {
    const { notebookId } = await seedNotebook(database)
    const other = await startRoomServer({ databaseUrl: database.url })
    const [ada, bob] = [connectPeer({ url: server.url, notebookId, as: 'ada' }), connectPeer({ url: other.url, notebookId, as: 'bob' })]
    await until(() => ada.status === 'saved' && bob.status === 'saved', 'both in')
    proxy.cut()
    cellText(bob.doc, CELL)?.insert(0, 'written while away')
    await until(() => bob.status === 'saved', 'saved by the other process')
    await pause(500)
    proxy.mend()
    await until(() => cellText(ada.doc, CELL)?.toString() === 'written while away', 'read up', 15_000)
    cellText(bob.doc, CELL)?.insert(0, 'and then ')
    await until(() => cellText(ada.doc, CELL)?.toString() === 'and then written while away', 'heard', 5_000)
    ada.close()
    bob.close()
    await other.stop()
  })
})
