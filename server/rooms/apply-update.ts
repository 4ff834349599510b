/**
 * Applies an update from a stranger to a live document. It is read to its end first, so that a broken one changes
 * nothing. What Yjs would keep waiting for missing pieces is taken out again: the document never waits for anybody,
 * and one client's gap is no other client's trouble (`isIncomplete`: the caller asks that client for the rest).
 */
import * as Y from 'yjs'
import type { DecodedUpdate } from '#lib/document/touches-locks.ts'

export type Applied =
  | { kind: 'malformed' }
  /** `isAllowed` said no; nothing was changed. */
  | { kind: 'forbidden' }
  /** The update read well but could not be joined: the document may be half-changed and must be thrown away. */
  | { kind: 'broken'; error: unknown }
  | { kind: 'applied'; decoded: DecodedUpdate; changes: Uint8Array[]; isIncomplete: boolean }

/** Clocks count characters. Beyond this one is not a text but an attack on the arithmetic. */
const CLOCK_MAX = 2 ** 40

export function applyUpdate(doc: Y.Doc, update: Uint8Array, isAllowed?: (update: DecodedUpdate) => boolean): Applied {
  const decoded = read(update)
  if (decoded === null) return { kind: 'malformed' }
  if (isAllowed !== undefined && !isAllowed(decoded)) return { kind: 'forbidden' }
  const changes: Uint8Array[] = []
  const onUpdate = (change: Uint8Array): void => void changes.push(change)
  doc.on('update', onUpdate)
  try {
    Y.applyUpdate(doc, update)
  } catch (error) {
    return { kind: 'broken', error }
  } finally {
    doc.off('update', onUpdate)
  }
  const { store } = doc
  const isIncomplete = store.pendingStructs !== null || store.pendingDs !== null
  store.pendingStructs = null
  store.pendingDs = null
  return { kind: 'applied', decoded, changes, isIncomplete }
}

/**
 * Reads to the end, and holds to what Yjs takes for granted of its peers: nothing is empty, clocks are in bounds, and a
 * piece builds on earlier pieces of its author only. Without these it throws when half of the update is in.
 */
function read(update: Uint8Array): DecodedUpdate | null {
  try {
    const decoded = Y.decodeUpdate(update)
    const { structs, ds } = decoded
    const isSound = structs.every(isSoundStruct) && [...ds.clients.values()].every((ranges) => ranges.every(({ clock, len }) => isSpan(clock, len)))
    return isSound ? decoded : null
  } catch {
    return null
  }
}

function isSoundStruct(struct: ReturnType<typeof Y.decodeUpdate>['structs'][number]): boolean {
  const { id, length } = struct
  if (!isSpan(id.clock, length)) return false
  if (!(struct instanceof Y.Item)) return true
  const { origin, rightOrigin, parent } = struct
  return [origin, rightOrigin, parent instanceof Y.ID ? parent : null].every((ref) => ref === null || ref.client !== id.client || ref.clock < id.clock)
}

const isSpan = (clock: number, length: number): boolean => length > 0 && clock + length < CLOCK_MAX
