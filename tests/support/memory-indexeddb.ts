/**
 * An IndexedDB in memory, for tests of what y-indexeddb itself does in a browser: databases by name, rows by key, and transactions
 * one behind the other, each of which ends when nobody asks more of it, and is undone as a whole where there is no room. Only what
 * is used of the real one is here. It runs on `setImmediate`, which a test with fake timers must leave alone.
 */
type Key = number | string
interface Store {
  rows: Map<Key, unknown>
  /** The next automatic key. */
  next: number
}

class Range {
  readonly #has: (key: Key) => boolean

  constructor(has: (key: Key) => boolean) {
    this.#has = has
  }

  static lowerBound = (bound: Key, isOpen = false): Range => new Range((key) => (isOpen ? key > bound : key >= bound))
  static upperBound = (bound: Key, isOpen = false): Range => new Range((key) => (isOpen ? key < bound : key <= bound))
  static bound = (low: Key, high: Key): Range => new Range((key) => key >= low && key <= high)

  static keysIn({ rows }: Store, range?: Range | Key | null): Key[] {
    const keys = [...rows.keys()]
    const inside = range === undefined || range === null ? keys : keys.filter((key) => (range instanceof Range ? range.#has(key) : key === range))
    return inside.sort((a, b) => (a < b ? -1 : 1))
  }
}

class Request extends EventTarget {
  result: unknown
  error: unknown
  onsuccess: ((event: Event) => void) | null = null
  onerror: ((event: Event) => void) | null = null
  onupgradeneeded: ((event: Event) => void) | null = null

  answer(type: 'success' | 'error' | 'upgradeneeded'): void {
    this.addEventListener(type, (event) => this[`on${type}`]?.(event), { once: true })
    this.dispatchEvent(new Event(type))
  }
}

class Transaction extends EventTarget {
  readonly #database: Database
  readonly #asked: { request: Request; work: () => unknown }[] = []
  readonly #undo: (() => void)[] = []
  readonly #begin: (next: () => void) => void
  #isOver = false

  constructor(database: Database) {
    super()
    this.#database = database
    this.#begin = (next) => setImmediate(() => this.#step(next))
    database.kept.line.push(this.#begin)
    if (database.kept.line.length === 1) goOn(database.kept.line)
  }

  objectStore = (name: string) => {
    const store = this.#database.kept.stores.get(name)!
    const set = (key: Key, value: unknown): Key => {
      if (value instanceof Uint8Array && value.length > memoryIndexedDB.roomFor) throw new Error('QuotaExceededError')
      const [had, held] = [store.rows.has(key), store.rows.get(key)]
      this.#undo.push(() => void (had ? store.rows.set(key, held) : store.rows.delete(key)))
      store.rows.set(key, structuredClone(value))
      return key
    }
    const drop = (keys: Key[]): void => {
      for (const key of keys) {
        const held = store.rows.get(key)
        this.#undo.push(() => void store.rows.set(key, held))
        store.rows.delete(key)
      }
    }
    const keys = (range?: Range | Key | null): Key[] => Range.keysIn(store, range)
    return {
      transaction: this,
      add: (value: unknown) => this.#ask(() => {
        this.#undo.push(() => void (store.next -= 1))
        return set(store.next++, value)
      }),
      put: (value: unknown, key: Key) => this.#ask(() => set(key, value)),
      get: (key: Key) => this.#ask(() => store.rows.get(key)),
      getAll: (range?: Range) => this.#ask(() => keys(range).map((key) => store.rows.get(key))),
      getAllKeys: (range?: Range) => this.#ask(() => keys(range)),
      count: (range?: Range) => this.#ask(() => keys(range).length),
      delete: (range: Range | Key) => this.#ask(() => drop(keys(range))),
      clear: () => this.#ask(() => drop(keys())),
      /** Its first place only. */
      openKeyCursor: (range: Range | null, direction: 'next' | 'prev') => this.#ask(() => {
        const key = keys(range).at(direction === 'prev' ? -1 : 0)
        return key === undefined ? null : { key }
      }),
    }
  }

  #ask(work: () => unknown): Request {
    if (this.#isOver) throw new Error('TransactionInactiveError')
    const request = new Request()
    this.#asked.push({ request, work })
    return request
  }

  #step(next: () => void): void {
    const asked = this.#asked.shift()
    if (asked === undefined) return this.#end('complete', next)
    const { request, work } = asked
    try {
      request.result = work()
    } catch (error) {
      request.error = error
      request.answer('error')
      for (const undo of this.#undo.reverse()) undo()
      return this.#end('abort', next)
    }
    request.answer('success')
    this.#begin(next)
  }

  #end(type: 'complete' | 'abort', next: () => void): void {
    this.#isOver = true
    const event = new Event(type, { bubbles: true })
    let isStopped = false
    event.stopPropagation = () => void (isStopped = true)
    this.dispatchEvent(event)
    if (type === 'abort' && !isStopped) this.#database.dispatchEvent(new Event(type))
    next()
  }
}

interface Kept {
  stores: Map<string, Store>
  /** Transactions; the first is under way. */
  line: ((next: () => void) => void)[]
}

function goOn(line: Kept['line']): void {
  line[0]?.(() => {
    line.shift()
    goOn(line)
  })
}

class Database extends EventTarget {
  readonly kept: Kept
  #isClosed = false

  constructor(kept: Kept) {
    super()
    this.kept = kept
  }

  createObjectStore = (name: string): void => void this.kept.stores.set(name, { rows: new Map(), next: 1 })

  transaction = (): Transaction => {
    if (this.#isClosed) throw new Error('InvalidStateError: the database is closed')
    return new Transaction(this)
  }

  close = (): void => void (this.#isClosed = true)
}

const databases = new Map<string, Kept>()

export const memoryIndexedDB = {
  /** The longest row that there is room for. */
  roomFor: Infinity,
  open: (name: string): Request => {
    const request = new Request()
    setImmediate(() => {
      const kept = databases.get(name) ?? { stores: new Map(), line: [] }
      request.result = new Database(kept)
      if (!databases.has(name)) request.answer('upgradeneeded')
      databases.set(name, kept)
      request.answer('success')
    })
    return request
  },
  /** What a store holds, in the order of its keys. */
  rows: (name: string, store: string): unknown[] => {
    const held = databases.get(name)?.stores.get(store)
    return held === undefined ? [] : Range.keysIn(held).map((key) => held.rows.get(key))
  },
  /** Until all that was asked is done. */
  settle: async (): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve))
    while ([...databases.values()].some(({ line }) => line.length > 0))
  },
  clear: (): void => {
    databases.clear()
    memoryIndexedDB.roomFor = Infinity
  },
}

/** For `vi.stubGlobal`. */
export const MemoryKeyRange = Range
