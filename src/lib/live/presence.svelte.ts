/**
 * Who is in the room and where: one entry per tab, as the server says it (names and colours come from sessions).
 * `setCursor` tells the others our place in a cell, a few times a second at most; `setCell` that we are in one without
 * a caret: a cell that is looked at, chosen by the arrows or holds no text.
 */
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { RoomCursor, RoomPerson } from '#lib/domain/room.ts'
import type { Room } from './room.svelte.ts'

export interface Presence extends RoomPerson {
  clientId: number
  /** The cell they are in, with their selection there (null when they are not in its text); null when they are in none. */
  cursor: RoomCursor | null
}

export interface PresenceList {
  /** Everybody but this tab, by name. */
  readonly people: Presence[]
  /** Anchor and head are offsets in the cell's text. */
  setCursor: (cellId: CellId, anchor: number, head: number) => void
  setCell: (cellId: CellId) => void
  /** In no cell. */
  clearCursor: () => void
  close: () => void
}

const CURSOR_EVERY_MS = 80

export function watchPresence({ doc, awareness }: Pick<Room, 'doc' | 'awareness'>): PresenceList {
  let people = $state.raw<Presence[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let next: RoomCursor | null = null

  const read = (): void => void (people = readPeople(awareness.getStates(), awareness.clientID))
  const send = (): void => {
    timer = undefined
    awareness.setLocalStateField('cursor', next)
  }
  const tell = (cursor: RoomCursor | null): void => {
    next = cursor
    timer ??= setTimeout(send, CURSOR_EVERY_MS)
  }
  awareness.on('change', read)
  read()

  return {
    get people() {
      return people
    },
    setCursor: (cellId, anchor, head) => {
      const text = cellText(doc, cellId)
      tell(text === null ? null : { cellId, anchor: relative(text, anchor), head: relative(text, head) })
    },
    setCell: (cellId) => tell({ cellId, anchor: null, head: null }),
    clearCursor: () => tell(null),
    close: () => {
      clearTimeout(timer)
      awareness.off('change', read)
    },
  }
}

const relative = (text: Y.Text, index: number): unknown => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index))

/** A state without a person is one that the server has not signed yet: our own, or nobody's. */
export function readPeople(states: ReadonlyMap<number, Record<string, unknown>>, selfId: number): Presence[] {
  return [...states].flatMap(([clientId, state]) => {
    const person = state.user as RoomPerson | undefined
    if (clientId === selfId || person === undefined) return []
    return [{ ...person, clientId, cursor: (state.cursor ?? null) as RoomCursor | null }]
  }).sort((a, b) => a.name.localeCompare(b.name) || a.clientId - b.clientId)
}
