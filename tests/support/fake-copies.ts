/** Stands in for y-indexeddb where there is no browser: copies by name, and what each was opened as. */
import { ObservableV2 } from 'lib0/observable'
import * as Y from 'yjs'

interface Kept {
  update: Uint8Array
  unsaved: readonly string[]
}

const kept = new Map<string, Kept>()

export const fakeCopies = {
  opened: [] as FakeCopy[],
  set: (name: string, copy: Kept) => void kept.set(name, copy),
  names: () => [...kept.keys()],
  delete: (name: string) => void kept.delete(name),
  clear: () => {
    kept.clear()
    fakeCopies.opened = []
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
  set = async (): Promise<void> => {}
  override destroy = async (): Promise<void> => void (this.isWriting = false)
}
