/**
 * Cuts a large update into small ones that can be joined one after the other: a piece comes behind the pieces that it
 * names, deletions come last. Joined in this order they leave the same document as the whole. Pieces come in about the
 * order in which they were written, whoever wrote them: Yjs's own order, one author after the other, makes it walk over
 * all that others wrote at the same place, and a text at whose end twelve people typed takes the square of its length.
 */
import * as Y from 'yjs'
import { byClient, encodePieces, type Deletion, type Piece } from '#lib/document/encode-pieces.ts'
import type { DecodedUpdate } from '#lib/document/touches-locks.ts'

export function cutUpdate({ structs, ds }: DecodedUpdate, size: number): Uint8Array[] {
  return [
    ...slices(byAge(inOrder(structs)), size).map((part) => encodePieces(part, [])),
    ...slices(apart(ds), size).map((part) => encodePieces([], part)),
  ]
}

/** Deletions that lie over each other are one, as Yjs itself writes them: else a few bytes each would go over all there is, again and again. */
export const apart = (ds: DecodedUpdate['ds']): Deletion[] =>
  [...Y.mergeDeleteSets([ds]).clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => ({ client, clock, len })))

/** One client's pieces build upon each other and come in order; another's that they name go before them. */
function inOrder(structs: Piece[]): Piece[] {
  const queues = new Map([...byClient(structs, ({ id }) => id.client)].map(([client, list]) => [client, { list, at: 0 }]))
  const ordered: Piece[] = []
  const isToCome = ({ client, clock }: Y.ID): boolean => {
    const queue = queues.get(client)
    const [next, last] = [queue?.list[queue.at], queue?.list.at(-1)]
    return next !== undefined && last !== undefined && clock >= next.id.clock && clock < last.id.clock + last.length
  }
  for (const first of queues.keys()) {
    const path = [first]
    const isOnPath = new Set(path)
    while (path.length > 0) {
      const client = path.at(-1) ?? first
      const queue = queues.get(client)
      const next = queue?.list[queue.at]
      // Two that name each other: nobody can join them, wherever they come.
      const before = next === undefined ? undefined : namedBy(next).find((id) => id.client !== client && !isOnPath.has(id.client) && isToCome(id))
      if (before !== undefined) {
        path.push(before.client)
        isOnPath.add(before.client)
      } else if (queue === undefined || next === undefined) {
        path.pop()
        isOnPath.delete(client)
      } else {
        ordered.push(next)
        queue.at += 1
        const waiting = path.at(-2)
        const waits = waiting === undefined ? undefined : queues.get(waiting)
        const awaited = waits?.list[waits.at]
        if (awaited !== undefined && !namedBy(awaited).some((id) => id.client === client && isToCome(id))) {
          path.pop()
          isOnPath.delete(client)
        }
      }
    }
  }
  return ordered
}

/** Older is what a piece names, or what its author wrote before it. */
function byAge(ordered: Piece[]): Piece[] {
  const ages = new Map<number, { end: number; age: number }[]>()
  const ageAt = ({ client, clock }: { client: number; clock: number }): number => {
    const list = ages.get(client) ?? []
    let [low, high] = [0, list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((list[middle]?.end ?? 0) > clock) high = middle
      else low = middle + 1
    }
    return list[low]?.age ?? 0
  }
  const aged = ordered.map((struct) => {
    const own = ages.get(struct.id.client) ?? []
    const age = 1 + Math.max(own.at(-1)?.age ?? 0, ...namedBy(struct).map(ageAt))
    own.push({ end: struct.id.clock + struct.length, age })
    ages.set(struct.id.client, own)
    return { struct, age }
  })
  return aged.sort((one, other) => one.age - other.age).map(({ struct }) => struct)
}

function namedBy(struct: Piece): Y.ID[] {
  if (!(struct instanceof Y.Item)) return []
  const { origin, rightOrigin, parent } = struct
  return [origin, rightOrigin, parent instanceof Y.ID ? parent : null].filter((id) => id !== null)
}

/** How many pieces of a document deletions may go over at once. */
const REACH_PIECES = 20_000

/** A few bytes can delete all there is, or a little of it a thousand times. Pieces that a document has under the deletions of an update. */
export function isFarReaching({ store }: Y.Doc, { ds }: DecodedUpdate): boolean {
  let reach = 0
  for (const [client, ranges] of ds.clients) {
    const known = store.clients.get(client) ?? []
    for (const range of ranges) reach += reachOf(known, range)
  }
  return reach > REACH_PIECES
}

/** Whether a document has all of it: every piece, and every deletion to its end. */
export function isKnown(doc: Y.Doc, { structs, ds }: DecodedUpdate): boolean {
  return structs.every(({ id, length }) => id.clock + length <= Y.getState(doc.store, id.client))
    && [...ds.clients].every(([client, ranges]) => ranges.every(({ clock, len }) => isAllDeleted(doc, { client, clock, len })))
}

export function isAllDeleted({ store }: Y.Doc, deletion: Deletion): boolean {
  const known = store.clients.get(deletion.client) ?? []
  if (deletion.clock + deletion.len > Y.getState(store, deletion.client)) return false
  const { from, to } = placesUnder(known, deletion)
  for (let at = from; at < to; at += 1) if (known[at]?.deleted !== true) return false
  return true
}

/** The same update, its deletions cut where the document's pieces end, and as many of them together as go over no more than may be at once. */
export function cutReach({ store }: Y.Doc, { structs, ds }: DecodedUpdate): Uint8Array[] {
  const parts: Deletion[][] = []
  let reach = Infinity
  for (const deletion of apart(ds)) {
    const known = store.clients.get(deletion.client) ?? []
    for (const short of cutDeletion(known, deletion)) {
      const more = Math.max(1, reachOf(known, short))
      reach += more
      if (reach > REACH_PIECES) {
        parts.push([])
        reach = more
      }
      parts.at(-1)?.push(short)
    }
  }
  const cut = parts.map((part) => encodePieces([], part))
  return structs.length === 0 ? cut : [encodePieces(structs, []), ...cut]
}

type Known = (Y.Item | Y.GC)[]
type Span = Pick<Deletion, 'clock' | 'len'>

function cutDeletion(known: Known, { client, clock, len }: Deletion): Deletion[] {
  const { from, to } = placesUnder(known, { clock, len })
  const begins = [clock]
  for (let at = from + REACH_PIECES; at < to; at += REACH_PIECES) begins.push(known[at]?.id.clock ?? clock)
  return begins.map((begin, i) => ({ client, clock: begin, len: (begins[i + 1] ?? clock + len) - begin }))
}

/** Where the pieces under a deletion begin and end in the list of their author's. */
function placesUnder(known: Known, { clock, len }: Span): { from: number; to: number } {
  const last = known.at(-1)
  const end = last === undefined ? 0 : last.id.clock + last.length
  if (clock >= end) return { from: 0, to: 0 }
  return { from: Y.findIndexSS(known, clock), to: Y.findIndexSS(known, Math.min(clock + len, end) - 1) + 1 }
}

const reachOf = (known: Known, span: Span): number => {
  const { from, to } = placesUnder(known, span)
  return to - from
}

const slices = <T>(list: T[], size: number): T[][] => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))
