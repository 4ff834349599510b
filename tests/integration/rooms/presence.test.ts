/** Everybody sees everybody again within a second: after one's own line broke, and after the web process was killed. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import { watchPresence, type PresenceList } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, pause, until, type Visit } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomProcess, type RoomProcess } from '../../support/room-process.ts'
import { startRoomServer } from '../../support/room-server.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const SEEN_WITHIN_MS = 1_000

interface Visitor { room: Room; list: PresenceList }

let database: TestDatabase
let web: RoomProcess
let proxy: TcpProxy
let notebookId: NotebookId
const open: Room[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  web = await startRoomProcess(database.url)
  proxy = await startProxy({ host: '127.0.0.1', port: web.port })
  notebookId = (await seedNotebook(database)).notebookId
})
afterEach(() => open.splice(0).forEach((room) => room.close()))
afterAll(async () => {
  await proxy.close()
  await web.stop()
  await database.drop()
})

function visit(as: string, at: Pick<Visit, 'url' | 'origin'> = web): Visitor {
  const room = connectPeer({ ...at, notebookId, as })
  open.push(room)
  return { room, list: watchPresence(room) }
}
const sees = ({ list }: Visitor, id: string): boolean => list.people.some((one) => one.id === id && one.cursor?.cellId === CELL)
/** Both in the cell, and at rest. */
async function atRest(ada: Visitor, bob: Visitor): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    for (const { list } of [ada, bob]) list.setCursor(CELL, 0, 0)
    await pause(100)
  }
  await until(() => sees(ada, 'bob') && sees(bob, 'ada'), 'both seen')
}

describe('who is here', () => {
  it('is seen again by somebody whose line broke, without moving', async () => {
    const [ada, bob] = [visit('ada', { url: `ws://127.0.0.1:${proxy.port}/rooms`, origin: web.url }), visit('bob')]
    await atRest(ada, bob)
    proxy.cut()
    await until(() => ada.list.people.length === 0, 'alone')
    proxy.mend()
    await until(() => ada.room.status === 'saved', 'back')
    await until(() => sees(ada, 'bob') && sees(bob, 'ada'), 'both seen again', SEEN_WITHIN_MS)
  })

  it('is seen again by everybody after the web process was killed', async () => {
    const [ada, bob] = [visit('ada'), visit('bob')]
    await atRest(ada, bob)
    await web.kill()
    await until(() => ada.list.people.length + bob.list.people.length === 0, 'alone')
    await web.start()
    await until(() => ada.room.status === 'saved' && bob.room.status === 'saved', 'both back')
    await until(() => sees(ada, 'bob') && sees(bob, 'ada'), 'both seen again', SEEN_WITHIN_MS)
    expect([ada, bob].map(({ list }) => list.people.length)).toEqual([1, 1])
  })

  it('is seen again by and from another web process, which went on meanwhile', async () => {
    const other = await startRoomServer({ databaseUrl: database.url })
    const [ada, bob] = [visit('ada', other), visit('bob')]
    await atRest(ada, bob)
    await web.kill()
    await until(() => bob.list.people.length === 0, 'alone')
    await web.start()
    await until(() => bob.room.status === 'saved', 'back')
    await until(() => sees(ada, 'bob') && sees(bob, 'ada'), 'both seen again', SEEN_WITHIN_MS)
    expect([ada, bob].map(({ list }) => list.people.length)).toEqual([1, 1])
    ada.room.close()
    await other.stop()
  })
})
