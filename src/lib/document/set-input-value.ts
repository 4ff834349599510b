/** Sets the shared value of an input cell. Beside its source, so that a locked definition can still be given values. */
import type * as Y from 'yjs'
import type { CellId } from '#lib/domain/ids.ts'
import type { ParameterValue } from '#lib/domain/parameter.ts'
import { cellEntry } from './keys.ts'

export function setInputValue(doc: Y.Doc, id: CellId, value: ParameterValue, origin?: unknown): void {
  doc.transact(() => {
    const cell = cellEntry(doc, id)
    if (cell !== null && cell.kind === 'input' && cell.value !== value) cell.map.set('value', value)
  }, origin)
}
