/** What a page says of its room: one status, why an edit was not taken, and which edits will not reach the server by themselves. */
import type { RoomEnding } from './room-ending.ts'

/** `connecting` until the first sync, or until this browser's copy has to do for it; then what a badge may say. */
export type RoomStatus = 'connecting' | 'saved' | 'saving' | 'offline' | 'reconnecting' | 'refused'

/** Edits that will not reach the server by themselves, or a page that belongs to a notebook that is no more. */
export interface Stranded {
  message: string
  /** They never can; otherwise they are saved once the person may write again. */
  isForGood: boolean
}

/** The reason of a refusal that the rest of the room's edits outlive (set-aside.ts). */
export const LOCKED = 'cell-locked'

export interface RoomState {
  isConnected: boolean
  isSynced: boolean
  hasSynced: boolean
  isOnCopy: boolean
  isOnline: boolean
  unsaved: number
  canEdit: boolean
  isKept: boolean
  refusal: string | null
  refusalReason: string
  ended: RoomEnding | null
}

export function statusOf(state: RoomState): RoomStatus {
  if (state.ended !== null || state.refusal !== null) return 'refused'
  if (state.isConnected && state.isSynced) {
    if (isReadOnlyWithEdits(state)) return 'refused'
    // A cut line is known to the browser before the socket feels it.
    return state.unsaved === 0 ? 'saved' : state.isOnline ? 'saving' : 'offline'
  }
  if (!state.isOnline) return 'offline'
  return state.hasSynced || state.isOnCopy ? 'reconnecting' : 'connecting'
}

export const refusalOf = (state: RoomState): string | null =>
  state.refusal ?? (isReadOnlyWithEdits(state) ? 'You can read this notebook but not change it. Your last changes are not saved.' : null)

const ENDED_FOR_GOOD: readonly RoomEnding['reason'][] = ['epoch-conflict', 'too-large', 'not-understood']

export function strandedOf(state: RoomState): Stranded | null {
  const { ended, unsaved, refusalReason } = state
  if (ended !== null) {
    return unsaved > 0 || ended.reason === 'epoch-conflict' ? { message: ended.message, isForGood: ENDED_FOR_GOOD.includes(ended.reason) } : null
  }
  const message = unsaved > 0 ? refusalOf(state) : null
  // The next visit sets aside what cannot be saved, and saves the rest of the copy.
  return message === null ? null : { message, isForGood: state.refusal !== null && refusalReason === LOCKED && !state.isKept }
}

const isReadOnlyWithEdits = (state: RoomState): boolean => !state.canEdit && state.unsaved > 0
