/**
 * Who is in the room and where: one entry per tab, as the server says it (names and colours come from sessions).
 * `setCursor` tells the others our place in a cell, a few times a second at most; `setCell` that we are in one without
 * a caret: a cell that is looked at, chosen by the arrows or holds no text. However many people move, the page hears of
 * them once in a frame.
 */
import * as Y from 'yjs'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { RoomCursor } from '#lib/domain/room.ts'
import { oncePerFrame } from './once-per-frame.ts'
import { groupPeople, readPeople, type PeopleBy, type Presence } from './read-people.ts'
import type { Room } from './room.svelte.ts'

export interface PresenceList {
  /** Everybody but this tab, by name. */
  readonly people: readonly Presence[]
  /** Those of them who are in this cell: the same list as long as none of them moves. */
  peopleIn: (cellId: CellId) => readonly Presence[]
  /** Anchor and head are offsets in the cell's text. */
  setCursor: (cellId: CellId, anchor: number, head: number) => void
  setCell: (cellId: CellId) => void
  /** In no cell. */
  clearCursor: () => void
  close: () => void
}

interface Seen {
  people: readonly Presence[]
  byCell: PeopleBy<string>
}

/** Whom an awareness change is about. */
type Change = Record<'added' | 'updated' | 'removed', number[]>

const CURSOR_EVERY_MS = 80
const NOBODY: readonly Presence[] = []

export function watchPresence({ doc, awareness }: Pick<Room, 'doc' | 'awareness'>): PresenceList {
  const look = (before?: Seen): Seen => {
    const people = readPeople(awareness.getStates(), awareness.clientID, before?.people)
    if (before !== undefined && people === before.people) return before
    return { people, byCell: groupPeople(people, ({ cursor }) => cursor?.cellId, before?.byCell) }
  }
  // Not read from the state: who calls may be an effect, and would run for each who moves.
  let last = look()
  let seen = $state.raw(last)
  const looks = oncePerFrame(() => {
    last = look(last)
    seen = last
  })
  const onChange = ({ added, updated, removed }: Change): void => {
    if ([...added, ...updated, ...removed].some((clientId) => clientId !== awareness.clientID)) looks.ask()
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  let next: RoomCursor | null = null
  const send = (): void => {
    timer = undefined
    awareness.setLocalStateField('cursor', next)
  }
  const tell = (cursor: RoomCursor | null): void => {
    next = cursor
    timer ??= setTimeout(send, CURSOR_EVERY_MS)
  }
  awareness.on('change', onChange)

  return {
    get people() {
      return seen.people
    },
    peopleIn: (cellId) => seen.byCell.get(cellId) ?? NOBODY,
    setCursor: (cellId, anchor, head) => {
      const text = cellText(doc, cellId)
      tell(text === null ? null : { cellId, anchor: relative(text, anchor), head: relative(text, head) })
    },
    setCell: (cellId) => tell({ cellId, anchor: null, head: null }),
    clearCursor: () => tell(null),
    close: () => {
      clearTimeout(timer)
      awareness.off('change', onChange)
      looks.close()
    },
  }
}

const relative = (text: Y.Text, index: number): unknown => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index))
