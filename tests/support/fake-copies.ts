/** Stands in for y-indexeddb where there is no browser, and for the little of IndexedDB that is used past it: copies by name, and what each was opened as. */
import { ObservableV2 } from 'lib0/observable'
import * as Y from 'yjs'

interface Kept {
  update: Uint8Array
  unsaved: readonly string[]
}

const kept = new Map<string, Kept>()

export const fakeCopies = {
  opened: [] as FakeCopy[],
  /** No room for a whole document, as near the quota. */
  isFull: false,
  get: (name: string) => kept.get(name),
  set: (name: string, copy: Kept) => void kept.set(name, copy),
  names: () => [...kept.keys()],
  delete: (name: string) => void kept.delete(name),
  clear: () => {
    kept.clear()
    fakeCopies.opened = []
    fakeCopies.isFull = false
  },
}

/** Fills the two stores of a copy at once, or neither. */
class FakeTransaction extends EventTarget {
  readonly #filled: Kept = { update: new Uint8Array(), unsaved: [] }

  constructor(name: string) {
    super()
    queueMicrotask(() => {
      if (!fakeCopies.isFull) kept.set(name, this.#filled)
      this.dispatchEvent(new Event(fakeCopies.isFull ? 'abort' : 'complete'))
    })
  }

  objectStore = () => ({
    transaction: this,
    clear: () => {},
    add: (update: Uint8Array) => void (this.#filled.update = update),
    put: (unsaved: readonly string[]) => void (this.#filled.unsaved = unsaved),
  })
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

export class FakeCopy extends ObservableV2<{ synced: (copy: FakeCopy) => void }> {
  readonly db = new EventTarget()
  readonly name: string
  readonly doc: Y.Doc
  isWriting = true
  readonly whenSynced: Promise<this>

  constructor(name: string, doc: Y.Doc) {
    super()
    this.name = name
    this.doc = doc
    fakeCopies.opened.push(this)
    this.whenSynced = Promise.resolve().then(() => {
      const copy = kept.get(name)
      if (copy !== undefined) Y.applyUpdate(doc, copy.update, this)
      this.emit('synced', [this])
      return this
    })
  }

  get = async (): Promise<unknown> => kept.get(this.name)?.unsaved
  set = async (_key: string, unsaved: readonly string[]): Promise<void> => void kept.set(this.name, { update: Y.encodeStateAsUpdate(this.doc), unsaved })
  override destroy = async (): Promise<void> => void (this.isWriting = false)
}
