/**
 * Presence of one room: who is here and where, in this process and in others. A state counts while its socket lives:
 * the room repeats the states of its sockets, so a sleeping tab stays in the list and a dead one does not.
 * A client id belongs to the person that brought it, for a while also when their line is down: everybody knows it, and who took it
 * would hide them. The person and the clock are written by us, never by the client. So is the colour: all tabs of a person have
 * one, which nobody else has while there are free ones; of whom other processes tell, theirs counts.
 */
import { AWARENESS_MAX_BYTES, isTextPosition, type RoomCursor, type RoomPerson } from '#lib/domain/room.ts'
import { writePresence, type PresenceUpdate } from './protocol.ts'
import { freeColor } from './visitor-color.ts'

interface Entry {
  /** The instant, or one more than before: later than what another process said of them, or this one before a restart. */
  clock: number
  /** `null` when the person left; kept for a while so that the id is theirs when they come back. */
  json: string | null
  personId: string
  color: string
  /** A socket of this process, or the id of another process. */
  owner: object | string
  seenAt: number
}

export interface Presence {
  /** Takes a state for `owner`. Returns what to tell the others; null when it is not new, or another's client id. */
  tell(owner: object | string, person: RoomPerson, update: PresenceUpdate, now: number): Uint8Array | null
  /** The owner is gone, or one of its client ids. */
  leave(owner: object | string, clientId?: number): Uint8Array | null
  /** The states of everybody. */
  all(): Uint8Array | null
  /** The states of sockets here. */
  here(): Uint8Array | null
  /** The same under a new clock, so that nobody drops them as old. */
  repeat(): Uint8Array | null
  /** Removes what other processes have not repeated since `before`. */
  expire(before: number): Uint8Array | null
}

const FORGET_MS = 10 * 60_000

export function createPresence(): Presence {
  const entries = new Map<number, Entry>()

  const pack = (isWanted: (entry: Entry) => boolean): Uint8Array | null => {
    const wanted = [...entries].filter(([, entry]) => isWanted(entry))
    return wanted.length === 0 ? null : writePresence(wanted.map(([clientId, { clock, json }]) => ({ clientId, clock, json: json ?? 'null' })))
  }
  /** The one they have, or had a while ago if it is still free. */
  const colorOf = ({ id, color }: RoomPerson): string => {
    const all = [...entries.values()]
    const own = all.filter((entry) => entry.personId === id)
    const here = own.find(isThere)
    if (here !== undefined) return here.color
    const taken = new Set(all.filter(isThere).map((entry) => entry.color))
    const last = own.at(-1)?.color
    return last !== undefined && !taken.has(last) ? last : freeColor(color, taken)
  }
  const drop = (isGone: (entry: Entry, clientId: number) => boolean): Uint8Array | null => {
    const gone = new Set([...entries].filter(([clientId, entry]) => entry.json !== null && isGone(entry, clientId)).map(([, entry]) => entry))
    for (const entry of gone) Object.assign(entry, { json: null, clock: entry.clock + 1 })
    return pack((entry) => gone.has(entry))
  }

  return {
    tell: (owner, person, { clientId, state }, now) => {
      const known = entries.get(clientId)
      if (known !== undefined && known.personId !== person.id) return null
      const color = typeof owner === 'string' ? person.color : known !== undefined && isThere(known) ? known.color : colorOf(person)
      const json = state === null ? null : signState({ ...person, color }, state)
      // Another process repeats its people, and so they stay fresh for ours; our own are repeated by us.
      const isNew = (known?.json ?? null) !== json || (typeof owner === 'string' && json !== null)
      const clock = known === undefined ? now : isNew ? Math.max(now, known.clock + 1) : known.clock
      const entry = { clock, json, personId: person.id, color, owner, seenAt: now }
      entries.set(clientId, entry)
      return isNew ? pack((one) => one === entry) : null
    },
    leave: (owner, clientId) => drop((entry, id) => entry.owner === owner && (clientId === undefined || clientId === id)),
    all: () => pack(isThere),
    here: () => pack(isHere),
    repeat: () => {
      for (const entry of entries.values()) if (isHere(entry)) entry.clock += 1
      return pack(isHere)
    },
    expire: (before) => {
      for (const [clientId, entry] of entries) if (entry.json === null && entry.seenAt < before - FORGET_MS) entries.delete(clientId)
      return drop((entry) => typeof entry.owner === 'string' && entry.seenAt < before)
    },
  }
}

const isThere = (entry: Entry): boolean => entry.json !== null

const isHere = (entry: Entry): boolean => isThere(entry) && typeof entry.owner === 'object'

/** What everybody sees of a state: the person from the session, and a cursor if it has the shape of one. */
function signState(person: RoomPerson, state: Record<string, unknown>): string {
  const json = JSON.stringify({ user: person, cursor: cursorOf(state.cursor) })
  return json.length <= AWARENESS_MAX_BYTES ? json : JSON.stringify({ user: person, cursor: null })
}

function cursorOf(value: unknown): RoomCursor | null {
  if (typeof value !== 'object' || value === null) return null
  const { cellId, anchor = null, head = null } = value as Partial<RoomCursor>
  const isPlace = [anchor, head].every((place) => place === null || isTextPosition(place))
  return isPlace && typeof cellId === 'string' && cellId.length <= 64 ? { cellId, anchor, head } : null
}
