/** B3, F17: too much at once, and a socket that does not read. Said in words where it can be, and nobody else waits. */
import { beforeEach, describe, expect, it } from 'vitest'
import { cellText } from '#lib/document/read-notebook.ts'
import { MESSAGE } from '#lib/domain/room.ts'
import type { Room } from '#lib/live/room.svelte.ts'
import { attackedRoom, typing, wireOf } from '../../support/attacked-room.ts'
import { syncMessage, until } from '../../support/room-client.ts'
import { CELL } from '../../support/room-notebook.ts'

const room = attackedRoom({ times: { beatMs: 700, idleMs: 60_000 } })
let ada: Room
beforeEach(async () => {
  ada = await room.enter('ada')
})

describe('B3 too much', () => {
  it('a change over 7 MB is refused in words, a frame over 8 MB by its size', async () => {
    const before = await room.storedHash()
    const mallory = await room.raw()
    mallory.send(syncMessage('update', typing('x'.repeat(7.5 * 1024 * 1024), ada)))
    expect(await mallory.closed).toEqual({ code: 1009, reason: 'A change may have at most 7 MB.' })
    expect(mallory.received.at(-1)).toEqual({ type: MESSAGE.refused, text: 'too-large: A change may have at most 7 MB.' })
    const second = await room.raw()
    second.send(syncMessage('update', typing('x'.repeat(9 * 1024 * 1024), ada)))
    expect((await second.closed).code).toBe(1009)
    expect(ada.status).toBe('saved')
    expect(await room.storedHash()).toBe(before)
  })

  it('a page that pastes too much says so and does not try again for ever', async () => {
    cellText(ada.doc, CELL)?.insert(0, 'x'.repeat(9 * 1024 * 1024))
    await until(() => ada.ended !== null, 'ended')
    expect(ada.ended).toMatchObject({ reason: 'too-large' })
    expect(ada.unsaved).toBe(1)
  })
})

describe('a socket that does not read', () => {
  it('F17 that reads too slowly is cut at its buffer’s limit, others go on', async () => {
    const slow = await room.raw('slow')
    wireOf(slow).pause()
    const bob = await room.enter('bob')
    for (let i = 0; i < 20; i += 1) {
      cellText(bob.doc, CELL)?.insert(0, 'x'.repeat(1024 * 1024))
      await until(() => bob.status === 'saved', 'saved')
    }
    await until(() => cellText(ada.doc, CELL)?.length === 20 * 1024 * 1024 + 4, 'Ada has all')
    wireOf(slow).resume()
    expect((await slow.closed).code).toBe(1006)
  })
})
