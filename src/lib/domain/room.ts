/**
 * Room: a live notebook. What browser and server must agree on beyond the Yjs sync protocol: the numbers of our own
 * messages and the limits. An acknowledgement counts the update-carrying messages (SyncStep2 and Update) of one
 * socket, in order, whose content is committed in Postgres: only that makes an edit "saved".
 */
import { can, type Action } from './access.ts'
import type { Role } from './member.ts'

export const MESSAGE = {
  sync: 0,
  awareness: 1,
  queryAwareness: 3,
  /** Server → client: [count]. Sent after commits, and every few seconds as a sign of life. */
  saved: 100,
  /** Server → client: [reason, sentence]. An update was not taken; nothing more of this socket will be acknowledged. */
  refused: 101,
  /** Server → client: [sum of RIGHT]. What this socket's person may do now. */
  rights: 102,
} as const

export const RIGHT = { edit: 1, lock: 2, run: 4, comment: 8, share: 16, schedule: 32 } as const

export interface RoomRights {
  canEdit: boolean
  /** Lock cells and change locked ones. */
  canLock: boolean
  canRun: boolean
  canComment: boolean
  canShare: boolean
  canSchedule: boolean
}

const ACTION_OF: Record<keyof RoomRights, Action> = {
  canEdit: 'notebook:edit', canLock: 'notebook:lock', canRun: 'run:request', canComment: 'notebook:comment', canShare: 'share:manage', canSchedule: 'schedule:manage',
}
const BIT_OF: Record<keyof RoomRights, number> = {
  canEdit: RIGHT.edit, canLock: RIGHT.lock, canRun: RIGHT.run, canComment: RIGHT.comment, canShare: RIGHT.share, canSchedule: RIGHT.schedule,
}
const NAMES = Object.keys(BIT_OF) as (keyof RoomRights)[]

const rightsWhere = (isTrue: (name: keyof RoomRights) => boolean): RoomRights => Object.fromEntries(NAMES.map((name) => [name, isTrue(name)])) as unknown as RoomRights

export const NO_RIGHTS: RoomRights = rightsWhere(() => false)

/** A notebook in the trash is only read. */
export const rightsOf = (role: Role, isTrashed: boolean): RoomRights => rightsWhere((name) => !isTrashed && can(role, ACTION_OF[name]))

export const writeRights = (rights: RoomRights): number => NAMES.reduce((sum, name) => sum + (rights[name] ? BIT_OF[name] : 0), 0)

export const readRights = (sum: number): RoomRights => rightsWhere((name) => (sum & BIT_OF[name]) !== 0)

export const SYNC = { step1: 0, step2: 1, update: 2 } as const

/** A frame over this ends the socket with 1009. */
export const FRAME_MAX_BYTES = 8 * 1024 * 1024
/** One change. Below a frame, so that the refusal can be said in words. */
export const UPDATE_MAX_BYTES = 7 * 1024 * 1024
/**
 * New pieces (of text, of cells, deletions) that one change may have. 20 000 edits at scattered places, made offline,
 * come to 24 000; replacing a word at 10 000 places to 20 000; typing and pasting to a few.
 */
export const CHANGE_MAX_PIECES = 50_000
/** With those that the room has already: a whole state names every deletion there ever was. 260 000 edits leave 13 000. */
export const STATE_MAX_PIECES = 250_000
/** One person's cursor and selection. */
export const AWARENESS_MAX_BYTES = 4096
export const AWARENESS_PER_SECOND = 20

/** What a socket is told about its person, and everybody else with it. The server fills it in from the session. */
export interface RoomPerson {
  id: string
  name: string
  color: string
  isGuest: boolean
}

/** Where a person is: positions are Y.RelativePosition as JSON; null in a cell whose text they are not in. */
export interface RoomCursor {
  cellId: string
  anchor: unknown
  head: unknown
}

/** Ids as Yjs can look them up; anything else makes it throw. No position by name: a cell's text has none, and asking for one makes one. */
export function isTextPosition(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { type = null, tname = null, item = null, assoc = 0 } = value as Record<string, unknown>
  const ids = [type, item].filter((id) => id !== null)
  return tname === null && ids.length > 0 && ids.every(isPieceId) && Number.isSafeInteger(assoc)
}

function isPieceId(value: unknown): boolean {
  const { client, clock } = Object(value) as { client?: unknown; clock?: unknown }
  return [client, clock].every((part) => Number.isSafeInteger(part) && (part as number) >= 0)
}
