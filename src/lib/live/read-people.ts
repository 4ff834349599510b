/**
 * The people of a room, as its awareness states tell of them. Who did not move stays the same object, and a list in which
 * nobody moved the same list: what is drawn of one person, or of the people in one cell, rests while others move.
 */
import type { RoomCursor, RoomPerson } from '#lib/domain/room.ts'

export interface Presence extends RoomPerson {
  clientId: number
  /** The cell they are in, with their selection there (null when they are not in its text); null when they are in none. */
  cursor: RoomCursor | null
}

export type PeopleBy<Place> = ReadonlyMap<Place, readonly Presence[]>

/** Everybody but this tab, by name. A state without a person is one that the server has not signed yet: our own, or nobody's. */
export function readPeople(states: ReadonlyMap<number, Record<string, unknown>>, selfId: number, before: readonly Presence[] = []): readonly Presence[] {
  const known = new Map(before.map((one) => [one.clientId, one]))
  // In the order of before, so that there is hardly anything to sort.
  const clientIds = new Set([...known.keys(), ...states.keys()])
  const people = [...clientIds].flatMap((clientId) => {
    const state = states.get(clientId)
    const person = state?.user as RoomPerson | undefined
    if (clientId === selfId || person === undefined) return []
    const now: Presence = { ...person, clientId, cursor: (state?.cursor ?? null) as RoomCursor | null }
    const last = known.get(clientId)
    if (last === undefined || !isSame(last, now)) return [now]
    // Equal, and next time found to be by one look.
    last.cursor = now.cursor
    return [last]
  })
  return keep(before, people.sort((a, b) => a.name.localeCompare(b.name) || a.clientId - b.clientId))
}

/** Who is where, without those who are nowhere. */
export function groupPeople<Place>(people: readonly Presence[], placeOf: (one: Presence) => Place | undefined, before: PeopleBy<Place> = new Map()): PeopleBy<Place> {
  const groups = new Map<Place, readonly Presence[]>()
  for (const [place, here] of Map.groupBy(people, placeOf)) if (place !== undefined) groups.set(place, keep(before.get(place), here))
  return groups
}

const keep = (before: readonly Presence[] | undefined, now: readonly Presence[]): readonly Presence[] =>
  before?.length === now.length && now.every((one, at) => one === before[at]) ? before : now

const isSame = (a: Presence, b: Presence): boolean =>
  a.id === b.id && a.name === b.name && a.color === b.color && a.isGuest === b.isGuest && isSamePlace(a.cursor, b.cursor)

/** The room repeats everybody now and then: the same place is another object by then. */
const isSamePlace = (a: RoomCursor | null, b: RoomCursor | null): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
