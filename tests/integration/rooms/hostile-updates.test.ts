/** B2, B3, S6: updates that have gaps, cannot be joined, carry names with a meaning, or come from who may only read. The process lives, others go on. */
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodePieces } from '#lib/document/encode-pieces.ts'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { MESSAGE } from '#lib/domain/room.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { attackedRoom, typing } from '../../support/attacked-room.ts'
import { everySecondDeleted } from '../../support/every-second-deleted.ts'
import { pause, syncMessage, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'

const room = attackedRoom({ times: { beatMs: 700, idleMs: 60_000 } })
let ada: Room
beforeEach(async () => {
  ada = await room.enter('ada')
})

describe('an update that reads well but cannot be joined', () => {
  it('ends its sender; everybody else comes back to the notebook as it is stored, and goes on', async () => {
    const fixture = JSON.parse(readFileSync(new URL('../../fixtures/rooms/unjoinable-update.json', import.meta.url), 'utf8')) as { document: string; update: string }
    const { notebookId: other } = await seedNotebook(room.database)
    await room.database.sql`update document_snapshots set state = ${Buffer.from(fixture.document, 'base64')} where notebook_id = ${other}`
    const bob = await room.enter('bob', 'editor', other)
    const mallory = await room.raw('mallory', 'editor', other)
    cellText(bob.doc, 'a' as CellId)?.insert(0, 'typed just before ')
    mallory.send(syncMessage('update', Buffer.from(fixture.update, 'base64')))
    expect((await mallory.closed).code).toBe(1007)
    cellText(bob.doc, 'a' as CellId)?.insert(0, 'and just after ')
    await until(() => bob.status === 'saved', 'Bob goes on')
    expect((await room.server.rooms.read(other)).cells.find((cell) => cell.id === 'a')?.source).toMatch(/^and just after typed just before /)
    expect(ada.status).toBe('saved')
  })
})

describe('B2 updates with a gap', () => {
  it('are held to 1 MiB, asked for once, never stored, and then refused', async () => {
    const before = await room.storedHash()
    const mallory = await room.raw()
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
    expect(await room.storedHash()).toBe(before)
  })

  it('or of 20 000 separate deletions do not keep the others waiting', async () => {
    const mallory = await room.raw()
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
    const mallory = await room.raw()
    mallory.send(syncMessage('update', Y.encodeStateAsUpdate(theirs, known)))
    await until(() => cellText(ada.doc, CELL)?.length === 400_004, 'the long text is there')
    mallory.send(syncMessage('update', everySecondDeleted(theirs.clientID, 200_000)))
    expect(await mallory.closed).toEqual({ code: 1009, reason: 'A change may have at most 50,000 separate pieces.' })
    expect(mallory.received.at(-1)?.text).toBe('too-large: A change may have at most 50,000 separate pieces.')
    const eve = await room.raw('eve')
    eve.send(syncMessage('update', everySecondDeleted(77, 1_500_000)))
    const began = performance.now()
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved', 'Ada saves')
    expect(performance.now() - began).toBeLessThan(1_500)
    expect((await eve.closed).code).toBe(1009)
    expect(cellText(ada.doc, CELL)).toHaveLength(400_005)
  })

  it('or of 240 000 deletions of the same letters, in one message or a thousand to a message, do not keep the others waiting', async () => {
    const mallory = await room.raw()
    const theirs = new Y.Doc()
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ada.doc))
    const before = Y.encodeStateVector(theirs)
    cellText(theirs, CELL)?.insert(0, 'x'.repeat(80_000))
    mallory.send(syncMessage('update', Y.encodeStateAsUpdate(theirs, before)))
    mallory.send(syncMessage('update', everySecondDeleted(theirs.clientID, 40_000)))
    const again = (times: number, len: number) => syncMessage('update', encodePieces([], Array.from({ length: times }, () => ({ client: theirs.clientID, clock: 0, len }))))
    mallory.send(again(240_000, 79_000))
    for (let i = 0; i < 50; i += 1) mallory.send(again(1_000, 80_000))
    const began = performance.now()
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved' && cellText(ada.doc, CELL)?.toString() === '#good', 'Ada has it all, and saves')
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('of an honest client are saved with its whole state, and acknowledged in order', async () => {
    const client = await room.raw('bob')
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

describe('B3 an update with strange words', () => {
  it('names that mean something to JavaScript are names of cells like any other, or none', async () => {
    const eve = await room.raw('eve')
    const theirs = new Y.Doc()
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ada.doc))
    const before = Y.encodeStateVector(theirs)
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      theirs.getMap('cells').set(name, new Y.Map([['kind', 'python'], ['source', new Y.Text('evil')], ['order', '__proto__'], ['__proto__', { isAdmin: true }]]))
      theirs.getMap('meta').set(name, { isAdmin: true })
    }
    eve.send(syncMessage('update', Y.encodeStateAsUpdate(theirs, before)))
    await until(() => eve.received.some((one) => one.type === MESSAGE.saved && one.count === 1), 'taken')
    expect((await room.server.rooms.read(room.notebookId)).cells.map((cell) => cell.source)).toContain('good')
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    cellText(ada.doc, CELL)?.insert(0, 'still ')
    await until(() => ada.status === 'saved', 'Ada goes on')
  })
})

describe('S6 the raw client of who may not edit', () => {
  it.each(['viewer', 'commenter', 'runner'] as const)('a %s changes nothing by any message, nobody gets it, and one audit row says it', async (role) => {
    const before = await room.storedHash()
    const vic = await room.raw('vic', role)
    expect(vic.received.some((one) => one.sync === 0)).toBe(false)
    const subdoc = new Y.Doc()
    subdoc.getMap('cells').set('sub', new Y.Doc())
    vic.send(syncMessage('step1', new Uint8Array([0])))
    vic.send(syncMessage('step2', typing('evil ', ada)))
    vic.send(syncMessage('update', typing('evil ', ada)))
    vic.send(syncMessage('update', Y.encodeStateAsUpdate(subdoc)))
    await until(() => vic.received.filter((one) => one.type === MESSAGE.refused).length === 3, 'refused each time')
    expect(vic.received.some((one) => one.sync === 1)).toBe(true)
    vic.send(new Uint8Array([...syncMessage('step1', new Uint8Array([0])), ...syncMessage('update', typing('evil ', ada))]))
    expect((await vic.closed).code).toBe(1007)
    await pause(50)
    expect(cellText(ada.doc, CELL)?.toString()).toBe('good')
    expect(await room.storedHash()).toBe(before)
    const audit = () => room.database.sql`select actor, action from audit where subject = ${room.notebookId}`
    // The refusal is written down behind the answer.
    await until(async () => (await audit()).length > 0, 'written down')
    expect(await audit()).toEqual([{ actor: 'vic', action: 'notebook.edit-refused' }])
  })
})
