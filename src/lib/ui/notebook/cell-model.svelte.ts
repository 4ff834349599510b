/** One cell as the page holds it: its id for good, its kind and text as the shared document has them now. */
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { digestSource } from '#lib/document/digest.ts'

export class CellModel {
  readonly id: CellId
  kind = $state<CellKind>('python')
  source = $state('')
  /** To tell that the text was changed since a run, and what a run must find. */
  readonly digest = $derived(digestSource(this.source))

  constructor({ id, kind, source }: Cell) {
    this.id = id
    this.kind = kind
    this.source = source
  }
}
