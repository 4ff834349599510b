/**
 * Reads an update to its end, and holds it to what Yjs takes for granted of its peers: nothing is empty, clocks are in
 * bounds, and a piece builds on earlier pieces of its author only. Without these Yjs throws when half of it is in.
 * A stranger's update is counted too, first while it is read and then against the document: thousands of pieces in a
 * few bytes would keep everybody else waiting. What is known already is quickly joined; a whole state names all that
 * was ever deleted. One of more than a few pieces is cut by another thread (cutter.ts) and read by the part.
 */
import * as Y from 'yjs'
import type { DecodedUpdate } from '#lib/document/touches-locks.ts'
import { CHANGE_MAX_PIECES, STATE_MAX_PIECES } from '#lib/domain/room.ts'
import { apart, isAllDeleted } from '../notebooks/cut-update.ts'

/** Read and joined in a few milliseconds, so nobody minds that it is done in one go. */
export const PART_PIECES = 1_000

export type ReadUpdate = { kind: 'sound'; decoded: DecodedUpdate } | { kind: 'malformed' } | { kind: 'too-many' }

/** Clocks count characters. Beyond this one is not a text but an attack on the arithmetic. */
const CLOCK_MAX = 2 ** 40

class TooMany extends Error {}

/**
 * A decoder that stops at a bound: each piece and each deletion begins with one of these reads, and so does each author's
 * list of either. An honest one is never empty, so there are no more lists than pieces; millions of empty ones cost Yjs seconds.
 */
const decoderOfAtMost = (pieces: number) => class extends Y.UpdateDecoderV1 {
  #piecesLeft = pieces
  #listsLeft = pieces

  override readClient(): number {
    this.#countList()
    return super.readClient()
  }

  override readInfo(): number {
    this.#countPiece()
    return super.readInfo()
  }

  override resetDsCurVal(): void {
    this.#countList()
    super.resetDsCurVal()
  }

  override readDsClock(): number {
    this.#countPiece()
    return super.readDsClock()
  }

  #countPiece(): void {
    this.#piecesLeft -= 1
    if (this.#piecesLeft < 0) throw new TooMany()
  }

  #countList(): void {
    this.#listsLeft -= 1
    if (this.#listsLeft < 0) throw new TooMany()
  }
}
const StateDecoder = decoderOfAtMost(STATE_MAX_PIECES)
const PartDecoder = decoderOfAtMost(PART_PIECES)

export function readUpdate(update: Uint8Array): ReadUpdate {
  return read(() => Y.decodeUpdate(update))
}

/** `too-many`: it is to be cut first. */
export function readSmallUpdate(update: Uint8Array): ReadUpdate {
  return read(() => Y.decodeUpdateV2(update, PartDecoder))
}

/** As large as a whole state may be. */
export function readLargeUpdate(update: Uint8Array): ReadUpdate {
  return read(() => Y.decodeUpdateV2(update, StateDecoder))
}

export function readStrangersUpdate(doc: Y.Doc, update: Uint8Array): ReadUpdate {
  const found = readLargeUpdate(update)
  return found.kind === 'sound' && countNew(doc, found.decoded) > CHANGE_MAX_PIECES ? { kind: 'too-many' } : found
}

function read(decode: () => DecodedUpdate): ReadUpdate {
  try {
    const decoded = decode()
    const { structs, ds } = decoded
    const isSound = structs.every(isSoundStruct) && [...ds.clients.values()].every((ranges) => ranges.every(({ clock, len }) => isSpan(clock, len)))
    return isSound ? { kind: 'sound', decoded } : { kind: 'malformed' }
  } catch (error) {
    return error instanceof TooMany ? { kind: 'too-many' } : { kind: 'malformed' }
  }
}

function isSoundStruct(struct: DecodedUpdate['structs'][number]): boolean {
  const { id, length } = struct
  if (!isSpan(id.clock, length)) return false
  if (!(struct instanceof Y.Item)) return true
  const { origin, rightOrigin, parent } = struct
  return [origin, rightOrigin, parent instanceof Y.ID ? parent : null].every((ref) => ref === null || ref.client !== id.client || ref.clock < id.clock)
}

const isSpan = (clock: number, length: number): boolean => length > 0 && clock + length < CLOCK_MAX

/** Pieces that the document lacks, and deletions of which it lacks something. */
export function countNew(doc: Y.Doc, { structs, ds }: DecodedUpdate): number {
  const pieces = structs.filter(({ id, length }) => id.clock + length > Y.getState(doc.store, id.client))
  return pieces.length + apart(ds).filter((deletion) => !isAllDeleted(doc, deletion)).length
}
