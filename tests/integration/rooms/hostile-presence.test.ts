/** S8, F13: who claims to be somebody else, to be many, or is not there any more. */
import { beforeEach, describe, expect, it } from 'vitest'
import { watchPresence } from '#lib/live/presence.svelte.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { attackedRoom, awarenessMessage } from '../../support/attacked-room.ts'
import { pause, until } from '../../support/room-client.ts'
import { CELL } from '../../support/room-notebook.ts'

/** Of the shape that Yjs makes. */
const PLACE = { type: { client: 1, clock: 2 }, item: { client: 1, clock: 3 }, assoc: 0 }
const NO_PLACES = [{}, [], 1, 'x', { assoc: 0 }, { item: {} }, { item: { client: '1', clock: 3 } }, { item: { client: 1, clock: -1 } }, { type: { client: 1, clock: 0.5 } }, { tname: 'cells' }, { ...PLACE, assoc: 'x' }]

const room = attackedRoom({ times: { beatMs: 700, idleMs: 60_000 } })
let ada: Room
beforeEach(async () => {
  ada = await room.enter('ada')
})

describe('S8 presence', () => {
  it('carries the name of the session, and only a cursor besides', async () => {
    const seen = watchPresence(ada)
    const mallory = await room.raw()
    mallory.send(awarenessMessage([[99, 5, { user: { id: 'ada', name: 'Ada' }, cursor: { cellId: CELL, anchor: PLACE, head: PLACE, html: '<b>' }, evil: 'x' }]]))
    await until(() => seen.people.length === 1, 'seen')
    expect(ada.awareness.getStates().get(99)).toEqual({
      user: { id: 'mallory', name: 'Name of mallory', color: expect.stringMatching(/^#/) as string, isGuest: false },
      cursor: { cellId: CELL, anchor: PLACE, head: PLACE },
    })
  })

  it('of another socket cannot be taken, changed or removed, and a socket has one client id', async () => {
    const bob = await room.enter('bob')
    const seen = watchPresence(ada)
    await until(() => seen.people.length === 1, 'Bob is there')
    const bobId = bob.awareness.clientID
    const mallory = await room.raw()
    mallory.send(awarenessMessage([[bobId, 1000, null]]))
    mallory.send(awarenessMessage([[bobId, 1001, { cursor: { cellId: 'x', anchor: null, head: null } }]]))
    mallory.send(awarenessMessage([[5, 1, {}], [6, 1, {}], [7, 1, {}]]))
    await pause(200)
    expect(seen.people.map((one) => one.id)).toEqual(['bob'])
    const flood = await room.raw('flo')
    for (let i = 1; i < 10_000; i += 1) flood.send(awarenessMessage([[i + 100, 1, { cursor: null }]]))
    flood.send(awarenessMessage([[101, 9, { cursor: { cellId: 'last', anchor: null, head: null } }]]))
    await until(() => seen.people.some((one) => one.id === 'flo' && one.cursor?.cellId === 'last'), 'the last state of the flood')
    expect(seen.people.map((one) => one.id).sort()).toEqual(['bob', 'flo'])
  })

  it('under the client id of somebody whose line is down is not told: they come back to it', async () => {
    const seen = watchPresence(ada)
    const bob = await room.raw('bob')
    bob.send(awarenessMessage([[50, 1, {}]]))
    await until(() => seen.people.length === 1, 'Bob is there')
    bob.socket.terminate()
    await until(() => seen.people.length === 0, 'Bob is gone')
    const mallory = await room.raw()
    mallory.send(awarenessMessage([[50, 9, {}]]))
    await pause(200)
    expect(seen.people).toEqual([])
    const again = await room.raw('bob')
    again.send(awarenessMessage([[50, 1, {}]]))
    await until(() => seen.people[0]?.id === 'bob', 'Bob is back')
  })

  it('of more than 4 kB loses its cursor', async () => {
    const seen = watchPresence(ada)
    const mallory = await room.raw()
    mallory.send(awarenessMessage([[9, 1, { cursor: { cellId: 'c', anchor: { ...PLACE, more: 'x'.repeat(5000) }, head: PLACE } }]]))
    await until(() => seen.people.length === 1, 'seen')
    expect(seen.people[0]?.cursor).toBeNull()
  })

  it('with a place that is none, by which pages would stumble, has no cursor; guests with a link can send it too', async () => {
    const seen = watchPresence(ada)
    for (const [i, place] of NO_PLACES.entries()) {
      const mallory = await room.raw(`mallory-${i}`, 'viewer')
      mallory.send(awarenessMessage([[i + 1, 1, { cursor: { cellId: CELL, anchor: place, head: PLACE } }]]))
    }
    await until(() => seen.people.length === NO_PLACES.length, 'all seen')
    expect(seen.people.filter((one) => one.cursor !== null)).toEqual([])
  })
})

describe('a socket that does not answer', () => {
  it('F13 is ended after two beats, and its person leaves the list', async () => {
    const seen = watchPresence(ada)
    const mute = await room.raw('mute')
    mute.send(awarenessMessage([[9, 1, {}]]))
    await until(() => seen.people.length === 1, 'there')
    mute.socket.pong = () => {}
    mute.socket.on('ping', () => {})
    ;(mute.socket as unknown as { _autoPong: boolean })._autoPong = false
    await until(() => seen.people.length === 0, 'gone', 5_000)
    expect((await mute.closed).code).toBe(1006)
  })
})
