/** Which cells a transaction touched, whole or in part. */
import * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import { cellsOf } from './keys.ts'

export function editedCells(doc: Y.Doc, { changed }: Y.Transaction): CellId[] {
  const cells: unknown = cellsOf(doc)
  return [...changed].flatMap(([type, keys]) => (type === cells ? [...keys].filter((key) => key !== null) : (cellOf(type, cells) ?? []))) as CellId[]
}

function cellOf(type: Y.Transaction['changed'] extends Map<infer T, unknown> ? T : never, cells: unknown): string | null {
  for (let item = type._item; item !== null; ) {
    const { parent } = item
    if (parent === cells) return item.parentSub
    item = parent instanceof Y.AbstractType ? parent._item : null
  }
  return null
}
