/** B1: frames that are none, and bytes that are not even a frame. That socket ends; others notice nothing, nothing of it is stored. */
import { beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import { MESSAGE, SYNC } from '#lib/domain/room.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { attackedRoom, awarenessMessage, typing, wireOf } from '../../support/attacked-room.ts'
import { damage, seeded } from '../../support/chance.ts'
import { pause, syncMessage, until } from '../../support/room-client.ts'
import { CELL, seedNotebook } from '../../support/room-notebook.ts'

const room = attackedRoom({ times: { beatMs: 700, idleMs: 60_000 } })
let ada: Room
beforeEach(async () => {
  ada = await room.enter('ada')
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
    ['a presence that is a list', awarenessMessage([[1, 1, []]]), 1007],
    ['a presence of thousands', awarenessMessage(Array.from({ length: 20_000 }, (_, id): [number, number, unknown] => [id, 1, {}])), 1007],
    ['a state vector of megabytes', syncMessage('step1', new Uint8Array(2 ** 21)), 1007],
  ])('%s closes that socket and nobody else’s', async (_name, bytes, code) => {
    const before = await room.storedHash()
    const mallory = await room.raw()
    mallory.send(bytes)
    expect((await mallory.closed).code).toBe(code)
    expect(ada.status).toBe('saved')
    expect(await room.storedHash()).toBe(before)
  })

  it('a reader who asks for the whole document again and again is sent away, and nobody else notices', async () => {
    const mallory = await room.raw('mallory', 'viewer')
    for (let i = 0; i < 40; i += 1) mallory.send(syncMessage('step1', new Uint8Array([0])))
    expect((await mallory.closed).code).toBe(1008)
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved', 'Ada goes on')
  })

  it('a question as long as the notebook’s past is answered, and the same is none of a young notebook’s', async () => {
    const past = new Y.Doc()
    for (let visit = 0; visit < 4000; visit += 1) {
      past.clientID = 4_000_000_000 + visit
      past.getText('visits').insert(0, '.')
    }
    Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(past))
    await until(() => ada.status === 'saved', 'all visits are saved')
    const question = syncMessage('step1', Y.encodeStateVector(ada.doc))
    expect(question.byteLength).toBeGreaterThan(20_000)
    const bob = await room.raw('bob', 'viewer')
    bob.send(question)
    await until(() => bob.received.some(({ sync }) => sync === SYNC.step2), 'Bob has an answer')
    const elsewhere = await room.raw('bob', 'viewer', (await seedNotebook(room.database, [{ id: CELL, kind: 'python', source: '' }])).notebookId)
    elsewhere.send(question)
    expect((await elsewhere.closed).code).toBe(1007)
  })

  it('flipped, cut and random: 600 sockets’ worth leave everybody else working', async () => {
    const random = seeded(7)
    const update = typing('flip me', ada)
    const began = performance.now()
    let client = await room.raw()
    for (let i = 0; i < 600; i += 1) {
      if (client.socket.readyState !== 1) client = await room.raw()
      client.send(syncMessage('update', damage(update, random)))
      if (i % 20 === 0) await pause(1)
    }
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved', 'Ada still saves')
    expect(performance.now() - began).toBeLessThan(20_000)
    const bob = await room.enter('bob')
    await until(() => bob.status === 'saved' && cellText(bob.doc, CELL)?.toString() === cellText(ada.doc, CELL)?.toString(), 'a new one sees the same')
  })
})

describe('B1 bytes that are not even a frame', () => {
  it.each([
    ['reserved bits', Buffer.from([0b1111_0010, 0x80, 0, 0, 0, 0])],
    ['no mask', Buffer.from([0x82, 1, 0])],
    ['a length of 2^62', Buffer.from([0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
    ['a fragment of nothing', Buffer.from([0x80, 0x80, 1, 2, 3, 4])],
  ])('%s ends that socket and nobody else’s', async (_name, bytes) => {
    const before = await room.storedHash()
    const mallory = await room.raw()
    wireOf(mallory).write(bytes)
    expect((await mallory.closed).code).toBeGreaterThan(1001)
    cellText(ada.doc, CELL)?.insert(0, '#')
    await until(() => ada.status === 'saved', 'Ada goes on')
    expect(await room.storedHash()).not.toBe(before)
  })
})
