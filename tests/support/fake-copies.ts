/** Stands in for y-indexeddb where there is no browser, and for the little of IndexedDB that is used past it: copies by name, and what each was opened as. */
import { ObservableV2 } from 'lib0/observable'
import * as Y from 'yjs'

interface Kept {
  update: Uint8Array
  /** The notes of unsaved cells, by key. */
  custom: Map<string, unknown>
}

const kept = new Map<string, Kept>()
const emptyCopy = (): Kept => ({ update: new Uint8Array([0, 0]), custom: new Map() })
const copyAt = (name: string): Kept => {
  const copy = kept.get(name) ?? emptyCopy()
  kept.set(name, copy)
  return copy
}

export const fakeCopies = {
  opened: [] as FakeCopy[],
  /** No room for a whole document, as near the quota. */
  isFull: false,
  get: (name: string) => kept.get(name),
  set: (name: string, { update, unsaved }: { update: Uint8Array; unsaved: readonly string[] }) => void kept.set(name, { update, custom: new Map([['unsaved', unsaved]]) }),
  /** All cells that its notes name. */
  unsaved: (name: string): unknown[] => [...(kept.get(name)?.custom.values() ?? [])].flatMap((note) => (Array.isArray(note) ? note : (note as { cells: unknown[] }).cells)),
  names: () => [...kept.keys()],
  delete: (name: string) => void kept.delete(name),
  clear: () => {
    kept.clear()
    fakeCopies.opened = []
    fakeCopies.isFull = false
  },
}

/** What is done to the two stores is done at once when it ends, or not at all where there is no room for a whole document. */
class FakeTransaction extends EventTarget {
  readonly #name: string
  readonly #deeds: (() => void)[] = []
  #isWhole = false
  #hasEnded = false

  constructor(name: string) {
    super()
    this.#name = name
    queueMicrotask(() => {
      const isDone = !fakeCopies.isFull || !this.#isWhole
      if (isDone) for (const deed of this.#deeds) deed()
      this.#hasEnded = true
      this.dispatchEvent(new Event(isDone ? 'complete' : 'abort'))
    })
  }

  objectStore = () => ({
    transaction: this,
    clear: () => {
      this.#isWhole = true
      this.#deeds.push(() => void (copyAt(this.#name).update = emptyCopy().update))
    },
    add: (update: Uint8Array) => this.#answer(() => void (copyAt(this.#name).update = Y.mergeUpdates([copyAt(this.#name).update, update]))),
    put: (note: unknown, key: string) => this.#answer(() => void copyAt(this.#name).custom.set(key, note)),
    delete: (key: string) => this.#answer(() => void kept.get(this.#name)?.custom.delete(key)),
    get: (key: string) => this.#answer(() => {}, kept.get(this.#name)?.custom.get(key)),
    getAll: () => this.#answer(() => {}, [...(kept.get(this.#name)?.custom.values() ?? [])]),
    getAllKeys: () => this.#answer(() => {}, [...(kept.get(this.#name)?.custom.keys() ?? [])]),
  })

  #answer(deed: () => void, result?: unknown): object {
    const request: { onsuccess?: (event: unknown) => void } = {}
    // A question about an answer keeps the real one open.
    if (this.#hasEnded) deed()
    else this.#deeds.push(deed)
    queueMicrotask(() => request.onsuccess?.({ target: { result } }))
    return request
  }
}

/** For `vi.stubGlobal`. */
export const fakeIndexedDB = {
  databases: async () => fakeCopies.names().map((name) => ({ name })),
  open: (name: string) => {
    const request: { onsuccess?: (event: unknown) => void } = {}
    queueMicrotask(() => request.onsuccess?.({ target: { result: { transaction: () => new FakeTransaction(name), close: () => {} } } }))
    return request
  },
  deleteDatabase: (name: string) => {
    const request = new EventTarget()
    queueMicrotask(() => {
      fakeCopies.delete(name)
      request.dispatchEvent(new Event('success'))
    })
    return request
  },
}

class FakeDatabase extends EventTarget {
  readonly #name: string
  isClosed = false

  constructor(name: string) {
    super()
    this.#name = name
  }

  transaction = () => {
    if (this.isClosed) throw new Error('InvalidStateError: the database is closed')
    return new FakeTransaction(this.#name)
  }
}

export class FakeCopy extends ObservableV2<{ synced: (copy: FakeCopy) => void }> {
  readonly db: FakeDatabase
  readonly name: string
  readonly doc: Y.Doc
  readonly _dbref = 0
  readonly _dbsize = 0
  _destroyed = false
  readonly whenSynced: Promise<this>

  constructor(name: string, doc: Y.Doc) {
    super()
    this.name = name
    this.doc = doc
    this.db = new FakeDatabase(name)
    fakeCopies.opened.push(this)
    this.whenSynced = Promise.resolve().then(() => {
      fetchUpdates(this)
      copyAt(name).update = Y.encodeStateAsUpdate(doc)
      this.emit('synced', [this])
      return this
    })
  }

  get isWriting(): boolean {
    return !this._destroyed
  }

  override destroy = async (): Promise<void> => {
    this._destroyed = true
    this.db.isClosed = true
  }
}

/** As the library's: takes in what came into the copy since. */
export function fetchUpdates(copy: FakeCopy): void {
  const held = kept.get(copy.name)
  if (held !== undefined) Y.applyUpdate(copy.doc, held.update, copy)
}
