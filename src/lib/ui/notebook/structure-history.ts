/**
 * Structure history: what this person did to cells as wholes in this tab, to take back and do again. Each entry is the
 * way back that the change itself gave (see document/change-structure.ts). What others made impossible since is passed
 * over with its name, so that Z never does something else than it says.
 */
import { changeStructure, type StructureChange } from '#lib/document/change-structure.ts'
import type { CellMark } from '#lib/document/keys.ts'
import type * as Y from 'yjs'

/** A change and what it is called: “delete 2 cells”. */
interface Named {
  name: string
  change: StructureChange
}

export type Taken = { kind: 'nothing' } | { kind: 'impossible'; name: string } | { kind: 'done'; name: string; change: StructureChange }

const AT_MOST = 500

export class StructureHistory {
  #undo: Named[] = []
  #redo: Named[] = []

  /** Null when there was nothing to do. */
  perform(doc: Y.Doc, name: string, change: StructureChange, mark: CellMark): StructureChange | null {
    const back = changeStructure(doc, change, mark)
    if (back === null) return null
    this.#undo.push({ name, change: back })
    if (this.#undo.length > AT_MOST) this.#undo.shift()
    this.#redo = []
    return back
  }

  undo(doc: Y.Doc, mark: CellMark): Taken {
    return step(doc, mark, this.#undo, this.#redo)
  }

  redo(doc: Y.Doc, mark: CellMark): Taken {
    return step(doc, mark, this.#redo, this.#undo)
  }
}

function step(doc: Y.Doc, mark: CellMark, from: Named[], to: Named[]): Taken {
  const entry = from.pop()
  if (entry === undefined) return { kind: 'nothing' }
  const back = changeStructure(doc, entry.change, mark)
  if (back === null) return { kind: 'impossible', name: entry.name }
  to.push({ name: entry.name, change: back })
  return { kind: 'done', name: entry.name, change: entry.change }
}
