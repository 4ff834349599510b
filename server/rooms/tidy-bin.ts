/** When a room is loaded, its bin is emptied of what has been there for 30 days: an edit like any other, journaled and seen by all. */
import { emptyBin, isBinDue } from '#lib/document/empty-bin.ts'
import type { Log } from '../log.ts'
import type { Room } from './room.ts'

/** Nobody waits for it: what is not stored now is done at the next load. */
export function tidyBin(room: Room, now: Date, log: Log): void {
  if (!isBinDue(room.doc, now.getTime())) return
  room.edit(null, (doc) => emptyBin(doc, now.getTime()))
    .catch((error: unknown) => log.warn({ err: error, notebookId: room.head.notebookId }, 'the bin was not emptied'))
}
