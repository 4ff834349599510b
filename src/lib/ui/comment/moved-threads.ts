/**
 * Moved threads: where the text of a thread went by this person's hand, as long as the server has not heard of it. Like the
 * edit that moved it, that is kept in this browser, through hours offline and a closed tab. Keyed by notebook and person: what
 * one moved is never sent in the name of who signs in next.
 */
import type { TextAnchor } from '#lib/document/text-anchor.ts'
import type { CommentThread } from '#lib/domain/comment.ts'
import type { CellId, ThreadId } from '#lib/domain/ids.ts'
import type { CopyOf } from '#lib/live/local-copy.ts'

export interface MovedPlace {
  cellId: CellId
  anchor: { kind: 'text' } & TextAnchor
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export class MovedThreads {
  readonly #key: string
  readonly #store: Store | null
  #moved: ReadonlyMap<ThreadId, MovedPlace>

  /** `store`: null where a browser keeps nothing; then they are known while the page is open. */
  constructor({ notebookId, person }: CopyOf, store: Store | null) {
    this.#key = `moved-threads:${notebookId}:${person}`
    this.#store = store
    this.#moved = this.#read()
  }

  get all(): readonly [ThreadId, MovedPlace][] {
    return [...this.#moved]
  }

  keep(id: ThreadId, place: MovedPlace): void {
    this.#moved = new Map([...this.#moved, [id, place]])
    this.#write()
  }

  /** Unless it has gone on meanwhile. */
  settle(id: ThreadId, place: MovedPlace): void {
    if (this.#moved.get(id) !== place) return
    this.#moved = new Map(this.all.filter(([other]) => other !== id))
    this.#write()
  }

  /** The threads where their text is. */
  applyTo(threads: readonly CommentThread[]): readonly CommentThread[] {
    return threads.map((thread) => ({ ...thread, ...this.#moved.get(thread.id) }))
  }

  #read(): ReadonlyMap<ThreadId, MovedPlace> {
    try {
      return new Map(JSON.parse(this.#store?.getItem(this.#key) ?? '[]') as [ThreadId, MovedPlace][])
    } catch {
      return new Map()
    }
  }

  #write(): void {
    try {
      if (this.#moved.size === 0) this.#store?.removeItem(this.#key)
      else this.#store?.setItem(this.#key, JSON.stringify(this.all))
    } catch {
      // Full, or forbidden: known while the page is open.
    }
  }
}
