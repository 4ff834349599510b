/** F14: hours offline and a cell locked meanwhile, with real sockets: all but that cell is saved, and what was written in it is aside. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { changeStructure } from '#lib/document/change-structure.ts'
import { cellsOf, metaOf } from '#lib/document/keys.ts'
import { lockCell, lockOf, unlockCell } from '#lib/document/lock-cell.ts'
import { cellText, readNotebook } from '#lib/document/read-notebook.ts'
import { renameNotebook } from '#lib/document/rename-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { findAside } from '#lib/live/left-behind.ts'
import { openRoom, type Room, type RoomOptions } from '#lib/live/room.svelte.ts'
import { setAside, type SetAside } from '#lib/live/set-aside.ts'
import { attackedRoom } from '../../support/attacked-room.ts'
import { fakeCopies, fakeIndexedDB } from '../../support/fake-copies.ts'
import { socketClass, until } from '../../support/room-client.ts'
import { startProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

vi.mock('y-indexeddb', async () => {
  const { FakeCopy, fetchUpdates } = await import('../../support/fake-copies.ts')
  return { IndexeddbPersistence: FakeCopy, fetchUpdates }
})

const [A, B, C, NEW] = ['a', 'b', 'c', 'new'] as CellId[] as [CellId, CellId, CellId, CellId]
const MARK = { by: 'Bob', at: 1 }

const world = attackedRoom({ cells: [A, B, C].map((id) => ({ id, kind: 'python', source: `${id} = 1` })) })
let proxy: TcpProxy
let options: RoomOptions
let olga: Room
let refusals: number
let leaving: AbortController
const rooms: Room[] = []

const write = ({ doc }: Room, id: CellId, words: string): void => cellText(doc, id)?.insert(0, words)
const all = ({ doc }: Room): unknown => [metaOf(doc).toJSON(), cellsOf(doc).toJSON()]
const texts = ({ doc }: Room): string[] => readNotebook(doc).cells.map(({ source }) => source)

const leaveAside = (room: Room): Promise<SetAside | null> => setAside(room, options, leaving.signal)

function join(more: Partial<RoomOptions> = {}): Room {
  const room = openRoom({ ...options, onLocked: () => void (refusals += 1), ...more })
  rooms.push(room)
  return room
}

beforeEach(async () => {
  const { port, url } = world.server
  proxy = await startProxy({ host: '127.0.0.1', port })
  const visit = { url: `ws://127.0.0.1:${proxy.port}/rooms`, notebookId: world.notebookId, as: 'bob', origin: url }
  options = { notebookId: world.notebookId, person: 'bob', epoch: 1, canEdit: true, url: visit.url, WebSocketClass: socketClass(visit) }
  refusals = 0
  leaving = new AbortController()
  olga = await world.enter('olga', 'owner')
})
afterEach(async () => {
  rooms.splice(0).forEach((room) => room.close())
  await proxy.close()
})

/** Bob is offline for an hour; Olga writes on and locks one of his cells. */
async function anHourOffline(): Promise<Room> {
  const bob = join()
  await until(() => bob.status === 'saved', 'Bob is in')
  proxy.cut()
  await until(() => bob.status === 'reconnecting', 'Bob is out')
  for (const id of [A, B, C]) write(bob, id, 'mine ')
  for (const change of [{ do: 'move', ids: [B], place: 'end' }, { do: 'add', cells: [{ id: NEW, kind: 'sql', source: 'select 1' }], place: { after: B } }] as const) changeStructure(bob.doc, change, MARK)
  renameNotebook(bob.doc, 'Arrivals')
  write(olga, C, 'hers ')
  lockCell(olga.doc, B, { by: 'Olga', at: 1 })
  await until(() => olga.status === 'saved', 'locked')
  proxy.mend()
  await until(() => refusals === 1, 'refused')
  return bob
}

it('saves all that Bob did elsewhere, once and beside what Olga wrote, and hands back what he wrote in the locked cell', async () => {
  const bob = await anHourOffline()
  expect([bob.status, bob.canEdit, [...bob.editedCells].sort()]).toEqual(['refused', false, [A, B, C, NEW]])
  const aside = await leaveAside(bob)
  expect(aside).toMatchObject({ cells: [{ id: B, kind: 'python', source: 'mine b = 1' }], isAll: false, isKept: false })
  expect(texts(olga)).not.toContain('select 1')
  bob.close()

  const again = join({ brought: aside!.rest })
  expect([again.knownUnsaved, [...again.editedCells].sort()]).toEqual(['some', [A, C, NEW]])
  await until(() => again.status === 'saved', 'saved')
  await until(() => texts(olga).includes('select 1'), 'Olga sees it')
  const [a, c, ...end] = texts(olga)
  expect([a, end]).toEqual(['mine a = 1', ['b = 1', 'select 1']])
  expect(['mine hers c = 1', 'hers mine c = 1']).toContain(c)
  expect(readNotebook(olga.doc).title).toBe('Arrivals')
  expect(all(again)).toEqual(all(olga))
  const later = await world.enter('carl')
  expect(all(later)).toEqual(all(olga))
  expect([refusals, await world.database.sql`select actor, action from audit where subject = ${world.notebookId}`]).toEqual([1, [{ actor: 'bob', action: 'notebook.edit-refused' }]])

  // He goes on, in that cell too once it is open.
  unlockCell(olga.doc, B)
  await until(() => lockOf(again.doc, B) === null, 'open')
  for (const id of [A, B]) write(again, id, 'more ')
  await until(() => again.status === 'saved' && texts(olga).includes('more b = 1') && texts(olga).includes('more mine a = 1'), 'goes on')
})

it('begins once more where another cell is locked in that very moment', async () => {
  const bob = await anHourOffline()
  const first = await leaveAside(bob)
  bob.close()
  lockCell(olga.doc, C, { by: 'Olga', at: 2 })
  await until(() => olga.status === 'saved', 'locked')
  const refused = join({ brought: first!.rest })
  await until(() => refusals === 2, 'refused again')
  const second = await leaveAside(refused)
  expect(second?.cells.map(({ id }) => id)).toEqual([C])
  refused.close()
  const again = join({ brought: second!.rest })
  await until(() => again.status === 'saved' && texts(olga).includes('select 1'), 'saved')
  expect(texts(olga)).toEqual(['mine a = 1', 'hers c = 1', 'b = 1', 'select 1'])
})

it('never sends the refused edits again, when the cell is open later', async () => {
  const bob = await anHourOffline()
  unlockCell(olga.doc, B)
  await until(() => olga.status === 'saved', 'open')
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(bob.status).toBe('refused')
  expect(texts(olga)).toEqual(['a = 1', 'b = 1', 'hers c = 1'])
})

it('leaves nothing out where the cell is open again before the server answers', async () => {
  const bob = await anHourOffline()
  unlockCell(olga.doc, B)
  await until(() => olga.status === 'saved', 'open')
  expect(await leaveAside(bob)).toMatchObject({ cells: [], isAll: true })
})

it('keeps a cell that Bob merged into one that was locked, with what Olga wrote in it', async () => {
  const bob = join()
  await until(() => bob.status === 'saved', 'Bob is in')
  proxy.cut()
  await until(() => bob.status === 'reconnecting', 'Bob is out')
  changeStructure(bob.doc, { do: 'merge', into: A, parts: [{ id: B, joint: '\n' }] }, MARK)
  write(bob, C, 'mine ')
  write(olga, B, 'hers ')
  lockCell(olga.doc, A, { by: 'Olga', at: 1 })
  await until(() => olga.status === 'saved', 'locked')
  proxy.mend()
  await until(() => refusals === 1, 'refused')
  const aside = await leaveAside(bob)
  expect(aside?.cells).toEqual([{ id: A, kind: 'python', source: 'a = 1\nb = 1' }])
  bob.close()
  const again = join({ brought: aside!.rest })
  await until(() => again.status === 'saved' && texts(olga).includes('mine c = 1'), 'saved')
  expect([texts(olga), texts(again)]).toEqual([['a = 1', 'hers b = 1', 'mine c = 1'], ['a = 1', 'hers b = 1', 'mine c = 1']])
})

describe('a browser that keeps a copy', () => {
  const COPY = () => `dataharbour-notebook-${world.notebookId}-bob-1`
  const asideOf = async (): Promise<string[]> => (await findAside(options)).cells.map(({ source }) => source).sort()
  const copied = (): string[] => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, fakeCopies.get(COPY())?.update ?? new Uint8Array())
    return readNotebook(doc).cells.map(({ source }) => source)
  }

  beforeEach(() => {
    vi.stubGlobal('indexedDB', fakeIndexedDB)
    for (const name of ['addEventListener', 'removeEventListener']) vi.stubGlobal(name, () => {})
  })
  afterEach(() => {
    rooms.splice(0).forEach((room) => room.close())
    fakeCopies.clear()
    vi.unstubAllGlobals()
  })

  async function kept(): Promise<Room> {
    const bob = await anHourOffline()
    await until(() => fakeCopies.unsaved(COPY()).length > 0, 'noted')
    return bob
  }

  it('has the words of each cell, where one after the other was locked before Bob decided', async () => {
    const bob = await kept()
    const first = await leaveAside(bob)
    expect([first?.isKept, copied()]).toEqual([true, expect.arrayContaining(['b = 1', 'select 1'])])
    bob.close()
    lockCell(olga.doc, C, { by: 'Olga', at: 2 })
    await until(() => olga.status === 'saved', 'locked')
    const refused = join({ brought: first!.rest })
    await until(() => refusals === 2 && refused.isKept, 'refused again')
    expect((await leaveAside(refused))?.isKept).toBe(true)
    const words = await asideOf()
    expect([words.filter((text) => /^(mine hers|hers mine) c = 1$/.test(text)).length, words.includes('mine b = 1'), words.length]).toEqual([1, true, 2])
  })

  it('that has no room for the words has them still in its copy', async () => {
    const bob = await kept()
    fakeCopies.isFull = true
    await expect(leaveAside(bob)).rejects.toThrow()
    fakeCopies.isFull = false
    expect([copied(), await asideOf()]).toEqual([expect.arrayContaining(['mine b = 1']), []])
  })

  it('and is left before the server answers has its copy as it was, and asks no more', async () => {
    const bob = await kept()
    proxy.cut()
    const aside = leaveAside(bob)
    leaving.abort()
    expect(await aside).toBeNull()
    expect([copied(), await asideOf()]).toEqual([expect.arrayContaining(['mine b = 1']), []])
  })

  it('and is left while the words are kept has its copy as it was', async () => {
    const bob = await kept()
    const { open } = fakeIndexedDB
    vi.spyOn(fakeIndexedDB, 'open').mockImplementationOnce((name) => {
      leaving.abort()
      return open(name)
    })
    expect(await leaveAside(bob)).toBeNull()
    expect([copied(), await asideOf()]).toEqual([expect.arrayContaining(['mine b = 1']), ['mine b = 1']])
  })
})
