/** Who is in a room, as a page on it sees it through whatever web processes come and go. */
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { RoomPerson } from '#lib/domain/room.ts'
import { createPresence, type Presence } from '#server/rooms/presence.ts'
import { COLORS } from '#server/rooms/visitor-color.ts'

const personOf = (id: string): RoomPerson => ({ id, name: `Name of ${id}`, color: '#0b6175', isGuest: false })
const BOB = 77
const [LINE, OTHER_LINE] = [{}, {}]
const NOW = Date.UTC(2026, 0, 1)

let page: Awareness
let presence: Presence
beforeEach(() => {
  page = new Awareness(new Y.Doc())
  presence = createPresence()
})
afterEach(() => page.doc.destroy())

/** Says it to the room; true when the page learned something of it, if only that they are still there. */
function tell(owner: object | string, id: string, clock: number, now: number, state: Record<string, unknown> | null = {}, room = presence): boolean {
  let isHeard = false
  const onUpdate = (): void => void (isHeard = true)
  page.on('update', onUpdate)
  const told = room.tell(owner, personOf(id), { clientId: BOB, clock, state }, now)
  if (told !== null) applyAwarenessUpdate(page, told, 'test')
  page.off('update', onUpdate)
  return isHeard
}
const seen = (): unknown => (page.getStates().get(BOB)?.user as RoomPerson | undefined)?.id

describe('a person whose page rests', () => {
  it('stays fresh for the people of another process, also when their own process was started anew and counts from the beginning', () => {
    tell('first', 'bob', 500, NOW)
    expect(seen()).toBe('bob')
    for (let beat = 1; beat <= 3; beat += 1) expect(tell('second', 'bob', beat, NOW + beat * 14_000)).toBe(true)
  })

  it('is seen by who stayed when the room was opened anew meanwhile, whatever their own page counts', () => {
    tell(LINE, 'bob', 500, NOW)
    for (let beat = 0; beat < 100; beat += 1) applyAwarenessUpdate(page, presence.repeat()!, 'test')
    page.getStates().delete(BOB)
    expect(tell(LINE, 'bob', 3, NOW + 2_000, {}, createPresence())).toBe(true)
    expect(seen()).toBe('bob')
  })
})

describe('a count that a client made up', () => {
  it('leaves room for what comes after it', () => {
    tell(LINE, 'bob', Number.MAX_SAFE_INTEGER, NOW)
    for (const cellId of ['a', 'b', 'c']) expect(tell(LINE, 'bob', 1, NOW, { cursor: { cellId } })).toBe(true)
  })
})

describe('a client id', () => {
  it('stays with the person who brought it while their line is down, in every process', () => {
    tell(LINE, 'bob', 1, NOW)
    applyAwarenessUpdate(page, presence.leave(LINE)!, 'test')
    expect(seen()).toBeUndefined()
    for (const owner of [OTHER_LINE, 'second']) expect(tell(owner, 'mallory', 9, NOW + 1_000)).toBe(false)
    expect(tell(OTHER_LINE, 'bob', 1, NOW + 2_000)).toBe(true)
    expect(seen()).toBe('bob')
  })

  it('is anybody’s again when it was not used for long', () => {
    tell(LINE, 'bob', 1, NOW)
    presence.leave(LINE)
    presence.expire(NOW + 9 * 60_000)
    expect(tell(OTHER_LINE, 'mallory', 1, NOW + 9 * 60_000)).toBe(false)
    presence.expire(NOW + 11 * 60_000)
    expect(tell(OTHER_LINE, 'mallory', 1, NOW + 11 * 60_000)).toBe(true)
  })
})

describe('a colour', () => {
  const [OWN, NEXT, THIRD] = COLORS as [string, string, string]
  /** As seen by the page: of a person whose own colour is OWN. */
  const come = (owner: object | string, id: string, clientId: number, color = OWN): string | undefined => {
    const told = presence.tell(owner, { ...personOf(id), color }, { clientId, clock: 1, state: {} }, NOW)
    if (told !== null) applyAwarenessUpdate(page, told, 'test')
    return (page.getStates().get(clientId)?.user as RoomPerson | undefined)?.color
  }

  it('is one’s own, or the next that nobody has, and one in all tabs of a person', () => {
    expect([come({}, 'ada', 1), come({}, 'bob', 2), come({}, 'cleo', 3), come({}, 'bob', 4), come({}, 'ada', 5)]).toEqual([OWN, NEXT, THIRD, NEXT, OWN])
  })

  it('stays while the person stays, though their own is free again, and is kept for them for a moment’s absence', () => {
    const [adas, bobs] = [{}, {}]
    come(adas, 'ada', 1)
    come(bobs, 'bob', 2)
    presence.leave(adas)
    expect([come(bobs, 'bob', 2), come({}, 'bob', 3)]).toEqual([NEXT, NEXT])
    expect(come({}, 'cleo', 4)).toBe(OWN)
    presence.leave(bobs)
    expect(come(bobs, 'bob', 2)).toBe(NEXT)
  })

  it('goes to somebody else when its person is away, who then gets another', () => {
    const bobs = {}
    come({}, 'ada', 1)
    come(bobs, 'bob', 2)
    presence.leave(bobs)
    expect(come({}, 'dan', 3)).toBe(NEXT)
    expect(come(bobs, 'bob', 2)).toBe(THIRD)
  })

  it('of whom another process tells is as it says, and not given here', () => {
    expect([come('second', 'ada', 1, NEXT), come({}, 'bob', 2), come({}, 'cleo', 3), come({}, 'ada', 4)]).toEqual([NEXT, OWN, THIRD, NEXT])
  })

  it('is their own for everybody else when all are taken', () => {
    COLORS.forEach((color, at) => come({}, `person-${at}`, 10 + at, color))
    expect([come({}, 'late', 90, THIRD), come({}, 'later', 91, NEXT)]).toEqual([THIRD, NEXT])
  })
})
