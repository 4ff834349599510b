/**
 * Whether an update touches what only owners may change: anything of a locked cell but its place and its value, its entry in
 * the notebook, or the lock of any cell. Judged before the update is applied, from where its pieces would go: once
 * applied, an update cannot be taken back. Where a piece names several places, one that is locked is enough. What
 * hangs on pieces that nobody has cannot be applied either, and touches nothing.
 */
import * as Y from 'yjs'
import { cellsOf } from './keys.ts'

export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>

/** A cell's entry in the notebook, and the key in it that holds the piece; null: the piece is the entry itself. */
export interface Place {
  entry: Y.Item
  id: string
  key: string | null
}

/** Of a locked cell everybody may change where it stands and what an input is set to. */
const isFree = (key: string | null): boolean => key === 'order' || key === 'value'

export function touchesLocks(doc: Y.Doc, { structs, ds }: DecodedUpdate): boolean {
  const cells = cellsOf(doc)
  const items = newItems(doc, structs)
  // A large update into a notebook that never had a lock: one look at its cells instead of one at each piece.
  if (items.length > cells._map.size && !items.some(({ parentSub }) => parentSub === 'lock') && ![...cells._map.values()].some(hadLock)) return false
  const locks = new Locks(doc, items)
  if (items.some((item) => locks.overNew(item) !== null)) return true
  if (ds.clients.size === 0 || ![...cells._map.values()].some(isLockedEntry)) return false
  return someDeleted(doc, ds, (item) => locks.overStored(item) !== null)
}

/** Those of which the document has not all. */
export const newItems = (doc: Y.Doc, structs: DecodedUpdate['structs']): Y.Item[] =>
  structs.filter((struct) => struct instanceof Y.Item).filter(({ id, length }) => id.clock + length > Y.getState(doc.store, id.client))

/** Says of one piece which cell forbids it to all but owners; null: it is free. `items`: the new pieces of the update. */
export class Locks {
  readonly #cells: Y.Map<unknown>
  readonly #places: Places
  readonly #closed = new Set<string>()

  constructor(doc: Y.Doc, items: Y.Item[]) {
    this.#cells = cellsOf(doc)
    this.#places = new Places(doc, items)
  }

  /** From here on as if they were locked too. */
  close(ids: readonly string[]): void {
    for (const id of ids) this.#closed.add(id)
  }

  isOver(id: string): boolean {
    return this.#closed.has(id) || this.#isLocked(this.#cells._map.get(id))
  }

  placeOf(item: Y.Item): Place | null {
    return this.#places.placeOf(item)
  }

  overNew(item: Y.Item): string | null {
    return this.#places.around(item).find((place) => this.#isForOwners(place))?.id ?? null
  }

  /** Whether it may be deleted. */
  overStored(item: Y.Item): string | null {
    const place = storedPlace(this.#cells, item)
    return place !== null && !isFree(place.key) && (this.#closed.has(place.id) || this.#isLocked(place.entry)) ? place.id : null
  }

  #isForOwners({ entry, id, key }: Place): boolean {
    return key === 'lock' || (key === null ? this.isOver(id) : !isFree(key) && (this.#closed.has(id) || this.#isLocked(entry)))
  }

  #isLocked(entry: Y.Item | undefined): boolean {
    return entry !== undefined && this.#cells._map.get(entry.parentSub ?? '') === entry && isLockedEntry(entry)
  }
}

function hadLock({ content }: Y.Item): boolean {
  return content instanceof Y.ContentType && content.type._map.has('lock')
}

function isLockedEntry(entry: Y.Item): boolean {
  const type = !entry.deleted && entry.content instanceof Y.ContentType ? entry.content.type : null
  const lock = type instanceof Y.Map ? type.get('lock') : null
  return typeof lock === 'object' && lock !== null
}

/** Deletions of what is there and not deleted yet: every whole state names all that was ever deleted. */
function someDeleted({ store }: Y.Doc, ds: DecodedUpdate['ds'], isWanted: (item: Y.Item) => boolean): boolean {
  for (const [client, ranges] of ds.clients) {
    const structs = store.clients.get(client) ?? []
    const end = Y.getState(store, client)
    for (const { clock, len } of ranges) {
      if (clock >= end) continue
      for (let at = Y.findIndexSS(structs, clock); at < structs.length; at += 1) {
        const struct = structs[at]
        if (struct === undefined || struct.id.clock >= clock + len) break
        if (struct instanceof Y.Item && !struct.deleted && isWanted(struct)) return true
      }
    }
  }
  return false
}

function storedPlace(cells: Y.Map<unknown>, item: Y.Item): Place | null {
  let key: string | null = null
  for (let at = item; at.parent instanceof Y.AbstractType; at = at.parent._item) {
    if (at.parent._item === null) return at.parent === cells && at.parentSub !== null ? { entry: at, id: at.parentSub, key: at === item ? null : key } : null
    key = at.parentSub ?? ''
  }
  return null
}

/** Where the new pieces of an update go. They refer to each other in any order and in long chains, so nothing here recurses. */
class Places {
  readonly #doc: Y.Doc
  readonly #cells: Y.Map<unknown>
  readonly #new: ReadonlySet<Y.Item>
  readonly #byClient = new Map<number, Y.Item[]>()
  readonly #known = new Map<Y.Item, Place | null>()

  constructor(doc: Y.Doc, items: Y.Item[]) {
    this.#doc = doc
    this.#cells = cellsOf(doc)
    this.#new = new Set(items)
    for (const item of items) {
      const list = this.#byClient.get(item.id.client)
      if (list === undefined) this.#byClient.set(item.id.client, [item])
      else list.push(item)
    }
  }

  /** The place of an item and of everything that it names as its neighbours. */
  around(item: Y.Item): Place[] {
    const state = Y.getState(this.#doc.store, item.id.client)
    // A piece that is there in part is joined behind that part, whatever it says of itself.
    const before = state > item.id.clock ? this.#find(Y.createID(item.id.client, state - 1)) : null
    return [item, before, this.#find(item.origin), this.#find(item.rightOrigin)].flatMap((one) => (one === null ? [] : (this.placeOf(one) ?? [])))
  }

  placeOf(start: Y.Item): Place | null {
    const path: Y.Item[] = []
    const isOnPath = new Set<Y.Item>()
    let at: Y.Item | null = start
    while (at !== null && !this.#isKnown(at) && !isOnPath.has(at)) {
      path.push(at)
      isOnPath.add(at)
      at = this.#guideOf(at)
    }
    for (const item of path.reverse()) this.#known.set(item, this.#placeBeside(item))
    return this.#known.get(start) ?? null
  }

  #isKnown(item: Y.Item): boolean {
    if (this.#known.has(item)) return true
    if (this.#new.has(item)) return false
    this.#known.set(item, storedPlace(this.#cells, item))
    return true
  }

  /** Which item says where this one goes: its parent, else its neighbour, as Yjs has it. */
  #guideOf({ parent, origin, rightOrigin }: Y.Item): Y.Item | null {
    return parent instanceof Y.ID ? this.#find(parent) : (this.#find(origin) ?? this.#find(rightOrigin))
  }

  #placeBeside(item: Y.Item): Place | null {
    const { parentSub } = item
    // A piece that was only read names a root by its word; Yjs's types do not say so.
    const parent = item.parent as Y.Item['parent'] | string
    if (typeof parent === 'string') return this.#doc.share.get(parent) === (this.#cells as unknown) && parentSub !== null ? { entry: item, id: parentSub, key: null } : null
    const guide = this.#guideOf(item)
    const place = guide === null ? null : (this.#known.get(guide) ?? null)
    if (place === null || guide === null) return null
    if (parent instanceof Y.ID) return place.key === null ? { ...place, key: parentSub ?? '' } : place
    return place.key === null ? { ...place, entry: item } : place
  }

  #find(id: Y.ID | null): Y.Item | null {
    if (id === null) return null
    const { store } = this.#doc
    const stored = id.clock < Y.getState(store, id.client) ? Y.getItem(store, id) : null
    // Beyond what is stored: a piece of the update itself.
    const found = stored ?? findCovering(this.#byClient.get(id.client) ?? [], id.clock)
    return found instanceof Y.Item ? found : null
  }
}

/** Items of one client come in the order of their clocks. */
function findCovering(items: Y.Item[], clock: number): Y.Item | null {
  let [low, high] = [0, items.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item === undefined) return null
    if (clock < item.id.clock) high = middle - 1
    else if (clock >= item.id.clock + item.length) low = middle + 1
    else return item
  }
  return null
}
