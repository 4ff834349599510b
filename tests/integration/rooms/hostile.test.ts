/** Clients that misbehave: B1, B2, B3, S6, S8, S10, F13, F17. The process lives, others notice nothing, nothing of it is stored. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { MESSAGE } from '#lib/domain/room.ts'
import { watchPresence } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { BEFORE_EVERYTHING, readPieces } from '#server/notebooks/document-store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { connectPeer, connectRaw, pause, syncMessage, until, type RawClient } from '../../support/room-client.ts'
import { damage, seeded } from '../../support/chance.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'
import { startRoomServer, type RoomServer } from '../../support/room-server.ts'

let database: TestDatabase
let server: RoomServer
let notebookId: NotebookId
let ada: Room
const raws: RawClient[] = []

const raw = async (as = 'mallory', role: 'editor' | 'viewer' = 'editor'): Promise<RawClient> => {
  const client = connectRaw({ url: server.url, notebookId, as, role })
  raws.push(client)
  await client.opened
  await until(() => client.received.length > 0, 'the room speaks')
  return client
}
const storedHash = async (): Promise<string> => {
  const { pieces } = await readPieces(database.sql, notebookId, 1, BEFORE_EVERYTHING)
  return createHash('sha256').update(Buffer.concat(pieces)).digest('hex')
}
/** An update that types `words` into the first cell, made on a copy of what Ada sees. */
const typing = (words: string, from = ada.doc): Uint8Array => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(from))
  const before = Y.encodeStateVector(copy)
  cellText(copy, CELL)?.insert(0, words)
  return Y.encodeStateAsUpdate(copy, before)
}
const awareness = (entries: [clientId: number, clock: number, state: unknown][]): Uint8Array => {
  const inner = createEncoder()
  writeVarUint(inner, entries.length)
  for (const [clientId, clock, state] of entries) {
    writeVarUint(inner, clientId)
    writeVarUint(inner, clock)
    writeVarString(inner, JSON.stringify(state))
  }
  const outer = createEncoder()
  writeVarUint(outer, MESSAGE.awareness)
  writeVarUint8Array(outer, toUint8Array(inner))
  return toUint8Array(outer)
}

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRoomServer({ databaseUrl: database.url, times: { beatMs: 700, idleMs: 60_000, recheckMs: 60_000 } })
})
beforeEach(async () => {
  notebookId = (await seedNotebook(database, [{ id: CELL, kind: 'python', source: 'good' }])).notebookId
  ada = connectPeer({ url: server.url, notebookId, as: 'ada' })
  await until(() => ada.status === 'saved', 'Ada is in')
})
afterEach(() => {
  ada.close()
  raws.splice(0).forEach((client) => client.socket.terminate())
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

describe('B1 frames that are none', () => {
  it.each<[string, Uint8Array | string, number]>([
    ['text', 'hello', 1007],
    ['nothing', new Uint8Array(), 1007],
    ['an unknown type', new Uint8Array([77]), 1008],
    ['a message of the server', new Uint8Array([MESSAGE.saved, 1]), 1008],
    ['an unknown sync type', new Uint8Array([0, 9, 0]), 1008],
    ['a length beyond the end', new Uint8Array([0, 2, 200, 1, 0]), 1007],
    ['a number without end', new Uint8Array([0, 2, ...Array<number>(40).fill(255)]), 1007],
    ['an update that is none', new Uint8Array([0, 2, 3, 1, 2, 3]), 1007],
    ['a state vector that is none', new Uint8Array([0, 0, 2, 200, 200]), 1007],
    ['a second message in the frame', new Uint8Array([...syncMessage('step1', new Uint8Array([0])), 0, 2, 2, 0, 0]), 1007],
    ['a presence that is no JSON', new Uint8Array([1, 5, 1, 1, 1, 1, 123]), 1007],
    ['a presence that is a list', awareness([[1, 1, []]]), 1007],
  ])('%s closes that socket and nobody else’s', async (_name, bytes, code) => {
    const before = await storedHash()
    const mallory = await raw()
    mallory.send(bytes)
    expect((await mallory.closed).code).toBe(code)
    expect(ada.status).toBe('saved')
    expect(await storedHash()).toBe(before)
  })

  it('flipped, cut and random: 600 sockets’ worth leave everybody else working', async () => {
    const random = seeded(7)
    const update = typing('flip me')
    const began = performance.now()
    for (let i = 0; i < 600; i += 1) {
      const client = raws.length === 0 || raws[0]?.socket.readyState !== 1 ? await (raws.splice(0), raw()) : raws[0]!
      client.send(syncMessage('update', damage(update, random)))
      if (i % 20 === 0) await pause(1)
    }
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved', 'Ada still saves')
    expect(performance.now() - began).toBeLessThan(20_000)
    const bob = connectPeer({ url: server.url, notebookId, as: 'bob' })
    await until(() => bob.status === 'saved' && cellText(bob.doc, CELL)?.toString() === cellText(ada.doc, CELL)?.toString(), 'a new one sees the same')
    bob.close()
  })
})

describe('B1 bytes that are not even a frame', () => {
  it.each([
    ['reserved bits', Buffer.from([0b1111_0010, 0x80, 0, 0, 0, 0])],
    ['no mask', Buffer.from([0x82, 1, 0])],
    ['a length of 2^62', Buffer.from([0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
    ['a fragment of nothing', Buffer.from([0x80, 0x80, 1, 2, 3, 4])],
  ])('%s ends that socket and nobody else’s', async (_name, bytes) => {
    const before = await storedHash()
    const mallory = await raw()
    ;(mallory.socket as unknown as { _socket: { write: (bytes: Buffer) => void } })._socket.write(bytes)
    expect((await mallory.closed).code).toBeGreaterThan(1001)
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved', 'Ada goes on')
    expect(await storedHash()).not.toBe(before)
  })
})

describe('an update that reads well but cannot be joined', () => {
  it('ends its sender; everybody else comes back to the notebook as it is stored, and goes on', async () => {
    const fixture = JSON.parse(readFileSync(new URL('../../fixtures/rooms/unjoinable-update.json', import.meta.url), 'utf8')) as { document: string; update: string }
    const { notebookId: other } = await seedNotebook(database)
    await database.sql`update document_snapshots set state = ${Buffer.from(fixture.document, 'base64')} where notebook_id = ${other}`
    const bob = connectPeer({ url: server.url, notebookId: other, as: 'bob' })
    await until(() => bob.status === 'saved', 'Bob is in')
    const mallory = connectRaw({ url: server.url, notebookId: other, as: 'mallory' })
    raws.push(mallory)
    await mallory.opened
    cellText(bob.doc, 'a' as CellId)?.insert(0, 'typed just before ')
    mallory.send(syncMessage('update', Buffer.from(fixture.update, 'base64')))
    expect((await mallory.closed).code).toBe(1007)
    cellText(bob.doc, 'a' as CellId)?.insert(0, 'and just after ')
    await until(() => bob.status === 'saved', 'Bob goes on')
    expect((await server.rooms.read(other)).cells.find((cell) => cell.id === 'a')?.source).toMatch(/^and just after typed just before /)
    expect(ada.status).toBe('saved')
    bob.close()
  })
})

describe('B2 updates with a gap', () => {
  it('are held to 1 MiB, asked for once, never stored, and then refused', async () => {
    const before = await storedHash()
    const mallory = await raw()
    const source = new Y.Doc()
    const text = source.getText('gap')
    text.insert(0, 'a')
    source.on('update', (update: Uint8Array) => mallory.send(syncMessage('update', update)))
    for (let i = 0; i < 12_000 && mallory.socket.readyState === 1; i += 1) {
      text.insert(text.length, 'x'.repeat(100))
      if (i % 100 === 0) await pause(1)
    }
    expect((await mallory.closed).code).toBe(1008)
    expect(mallory.received.filter((one) => one.sync === 0)).toHaveLength(2)
    expect(mallory.received.filter((one) => one.type === MESSAGE.saved && (one.count ?? 0) > 0)).toEqual([])
    expect(await storedHash()).toBe(before)
  })

  it('or of 20 000 separate deletions do not keep the others waiting', async () => {
    const mallory = await raw()
    const theirs = new Y.Doc()
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ada.doc))
    const before = Y.encodeStateVector(theirs)
    cellText(theirs, CELL)?.insert(0, 'x'.repeat(40_000))
    mallory.send(syncMessage('update', Y.encodeStateAsUpdate(theirs, before)))
    mallory.send(syncMessage('update', everySecondDeleted(theirs.clientID, 20_000)))
    const began = performance.now()
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved' && cellText(ada.doc, CELL)?.length === 20_005, 'Ada has it all, and saves')
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('or of 200 000, or of more that nobody made, are refused in words before they cost anybody anything', async () => {
    const theirs = new Y.Doc()
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ada.doc))
    const known = Y.encodeStateVector(theirs)
    cellText(theirs, CELL)?.insert(0, 'x'.repeat(400_000))
    const mallory = await raw()
    mallory.send(syncMessage('update', Y.encodeStateAsUpdate(theirs, known)))
    await until(() => cellText(ada.doc, CELL)?.length === 400_004, 'the long text is there')
    mallory.send(syncMessage('update', everySecondDeleted(theirs.clientID, 200_000)))
    expect(await mallory.closed).toEqual({ code: 1009, reason: 'A change may have at most 50,000 separate pieces.' })
    expect(mallory.received.at(-1)?.text).toBe('too-large: A change may have at most 50,000 separate pieces.')
    const eve = await raw('eve')
    eve.send(syncMessage('update', everySecondDeleted(77, 1_500_000)))
    const began = performance.now()
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved', 'Ada saves')
    expect(performance.now() - began).toBeLessThan(1_500)
    expect((await eve.closed).code).toBe(1009)
    expect(cellText(ada.doc, CELL)).toHaveLength(400_005)
  })

  it('of an honest client are saved with its whole state, and acknowledged in order', async () => {
    const client = await raw('bob')
    const mine = new Y.Doc()
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(ada.doc))
    const atServer = Y.encodeStateVector(mine)
    cellText(mine, CELL)?.insert(0, 'offline ')
    const afterOffline = Y.encodeStateVector(mine)
    cellText(mine, CELL)?.insert(8, 'and now ')
    client.send(syncMessage('update', Y.encodeStateAsUpdate(mine, afterOffline)))
    await until(() => client.received.filter((one) => one.sync === 0).length === 2, 'asked for the rest')
    expect(cellText(ada.doc, CELL)?.toString()).toBe('good')
    client.send(syncMessage('step2', Y.encodeStateAsUpdate(mine, atServer)))
    await until(() => client.received.some((one) => one.type === MESSAGE.saved && one.count === 2), 'both saved')
    await until(() => cellText(ada.doc, CELL)?.toString() === 'offline and now good', 'Ada sees it')
  })
})

describe('B3 too much', () => {
  it('a change over 7 MB is refused in words, a frame over 8 MB by its size', async () => {
    const before = await storedHash()
    const mallory = await raw()
    mallory.send(syncMessage('update', typing('x'.repeat(7.5 * 1024 * 1024))))
    expect(await mallory.closed).toEqual({ code: 1009, reason: 'A change may have at most 7 MB.' })
    expect(mallory.received.at(-1)).toEqual({ type: MESSAGE.refused, text: 'too-large: A change may have at most 7 MB.' })
    const second = await raw()
    second.send(syncMessage('update', typing('x'.repeat(9 * 1024 * 1024))))
    expect((await second.closed).code).toBe(1009)
    expect(ada.status).toBe('saved')
    expect(await storedHash()).toBe(before)
  })

  it('names that mean something to JavaScript are names of cells like any other, or none', async () => {
    const eve = await raw('eve')
    const theirs = new Y.Doc()
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ada.doc))
    const before = Y.encodeStateVector(theirs)
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      theirs.getMap('cells').set(name, new Y.Map([['kind', 'python'], ['source', new Y.Text('evil')], ['order', '__proto__'], ['__proto__', { isAdmin: true }]]))
      theirs.getMap('meta').set(name, { isAdmin: true })
    }
    eve.send(syncMessage('update', Y.encodeStateAsUpdate(theirs, before)))
    await until(() => eve.received.some((one) => one.type === MESSAGE.saved && one.count === 1), 'taken')
    expect((await server.rooms.read(notebookId)).cells.map((cell) => cell.source)).toContain('good')
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    cellText(ada.doc, CELL)?.insert(0, 'still ')
    await until(() => ada.status === 'saved', 'Ada goes on')
  })

  it('a page that pastes too much says so and does not try again for ever', async () => {
    cellText(ada.doc, CELL)?.insert(0, 'x'.repeat(9 * 1024 * 1024))
    await until(() => ada.ended !== null, 'ended')
    expect(ada.ended).toMatchObject({ reason: 'too-large' })
    expect(ada.unsaved).toBe(1)
  })
})

describe('S6 a viewer’s raw client', () => {
  it('changes nothing by any message, nobody gets it, and one audit row says it', async () => {
    const before = await storedHash()
    const vic = await raw('vic', 'viewer')
    expect(vic.received.some((one) => one.sync === 0)).toBe(false)
    const subdoc = new Y.Doc()
    subdoc.getMap('cells').set('sub', new Y.Doc())
    vic.send(syncMessage('step1', new Uint8Array([0])))
    vic.send(syncMessage('step2', typing('evil ')))
    vic.send(syncMessage('update', typing('evil ')))
    vic.send(syncMessage('update', Y.encodeStateAsUpdate(subdoc)))
    await until(() => vic.received.filter((one) => one.type === MESSAGE.refused).length === 3, 'refused each time')
    expect(vic.received.some((one) => one.sync === 1)).toBe(true)
    vic.send(new Uint8Array([...syncMessage('step1', new Uint8Array([0])), ...syncMessage('update', typing('evil '))]))
    expect((await vic.closed).code).toBe(1007)
    await pause(50)
    expect(cellText(ada.doc, CELL)?.toString()).toBe('good')
    expect(await storedHash()).toBe(before)
    expect(await database.sql`select actor, action from audit where subject = ${notebookId}`).toEqual([{ actor: 'vic', action: 'notebook.edit-refused' }])
  })
})

describe('S8 presence', () => {
  it('carries the name of the session, and only a cursor besides', async () => {
    const seen = watchPresence(ada)
    const mallory = await raw()
    mallory.send(awareness([[99, 5, { user: { id: 'ada', name: 'Ada' }, cursor: { cellId: CELL, anchor: 1, head: 2, html: '<b>' }, evil: 'x' }]]))
    await until(() => seen.people.length === 1, 'seen')
    expect(ada.awareness.getStates().get(99)).toEqual({
      user: { id: 'mallory', name: 'Name of mallory', color: expect.stringMatching(/^#/) as string, isGuest: false },
      cursor: { cellId: CELL, anchor: 1, head: 2 },
    })
  })

  it('of another socket cannot be taken, changed or removed, and a socket has one client id', async () => {
    const bob = connectPeer({ url: server.url, notebookId, as: 'bob' })
    const seen = watchPresence(ada)
    await until(() => seen.people.length === 1, 'Bob is there')
    const bobId = bob.awareness.clientID
    const mallory = await raw()
    mallory.send(awareness([[bobId, 1000, null]]))
    mallory.send(awareness([[bobId, 1001, { cursor: { cellId: 'x', anchor: 0, head: 0 } }]]))
    mallory.send(awareness([[5, 1, {}], [6, 1, {}], [7, 1, {}]]))
    await pause(200)
    expect(seen.people.map((one) => one.id)).toEqual(['bob'])
    const flood = await raw('flo')
    for (let i = 1; i < 10_000; i += 1) flood.send(awareness([[i + 100, 1, { cursor: null }]]))
    flood.send(awareness([[101, 9, { cursor: { cellId: 'last', anchor: 0, head: 0 } }]]))
    await until(() => seen.people.some((one) => one.id === 'flo' && one.cursor?.cellId === 'last'), 'the last state of the flood')
    expect(seen.people.map((one) => one.id).sort()).toEqual(['bob', 'flo'])
    bob.close()
  })

  it('of more than 4 kB loses its cursor', async () => {
    const seen = watchPresence(ada)
    const mallory = await raw()
    mallory.send(awareness([[9, 1, { cursor: { cellId: 'c', anchor: 'x'.repeat(5000), head: null } }]]))
    await until(() => seen.people.length === 1, 'seen')
    expect(seen.people[0]?.cursor).toBeNull()
  })
})

describe('a socket that does not answer', () => {
  it('F13 is ended after two beats, and its person leaves the list', async () => {
    const seen = watchPresence(ada)
    const mute = await raw('mute')
    mute.send(awareness([[9, 1, {}]]))
    await until(() => seen.people.length === 1, 'there')
    mute.socket.pong = () => {}
    mute.socket.on('ping', () => {})
    ;(mute.socket as unknown as { _autoPong: boolean })._autoPong = false
    await until(() => seen.people.length === 0, 'gone', 5_000)
    expect((await mute.closed).code).toBe(1006)
  })

  it('F17 that reads too slowly is cut at its buffer’s limit, others go on', async () => {
    const slow = await raw('slow')
    ;(slow.socket as unknown as { _socket: { pause: () => void } })._socket.pause()
    const bob = connectPeer({ url: server.url, notebookId, as: 'bob' })
    await until(() => bob.status === 'saved', 'Bob is in')
    for (let i = 0; i < 20; i += 1) {
      cellText(bob.doc, CELL)?.insert(0, 'x'.repeat(1024 * 1024))
      await until(() => bob.status === 'saved', 'saved')
    }
    await until(() => cellText(ada.doc, CELL)?.length === 20 * 1024 * 1024 + 4, 'Ada has all')
    ;(slow.socket as unknown as { _socket: { resume: () => void } })._socket.resume()
    expect((await slow.closed).code).toBe(1006)
    bob.close()
  })
})

/** An update that deletes every second letter of one client's, written as an attacker would: an honest Yjs takes a minute to. */
function everySecondDeleted(clientId: number, count: number): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  for (const number of [0, 1, clientId, count]) writeVarUint(encoder.restEncoder, number)
  for (let i = 0; i < count; i += 1) {
    encoder.writeDsClock(2 * i)
    encoder.writeDsLen(1)
  }
  return encoder.toUint8Array()
}
