/** One cell as the page holds it: its id for good, its kind and text as the shared document has them now. */
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import type { ParameterValue } from '#lib/domain/parameter.ts'
import { ROW_LIMIT, type RowLimit } from '#lib/domain/row-limit.ts'
import { readSharedViews } from '#lib/domain/shared-views.ts'
import type { CellMark } from '#lib/document/keys.ts'
import { digestSource } from '#lib/document/digest.ts'

export class CellModel {
  readonly id: CellId
  kind = $state<CellKind>('python')
  source = $state('')
  /** Of an input cell: what it was set to. */
  value = $state.raw<ParameterValue | undefined>(undefined)
  /** Rows that each of its tables keeps; null: all. */
  rowLimit = $state.raw<RowLimit>(ROW_LIMIT)
  /** Set by an owner: only owners change the cell then. Others may run and move it. */
  lock = $state.raw<CellMark | null>(null)
  /** Of its tables, as the document has them; `readTableView` reads them. */
  views = $state.raw<unknown>(undefined)
  /** To tell that the text was changed since a run, and what a run must find. */
  readonly digest = $derived(digestSource(this.source))

  constructor({ id, kind, source, value, rowLimit }: Cell) {
    this.id = id
    this.kind = kind
    this.source = source
    this.value = value
    if (rowLimit !== undefined) this.rowLimit = rowLimit
  }
}

/** As it is now, with all that goes along into a copy of it. */
export const plainCell = ({ id, kind, source, value, rowLimit, views }: CellModel): Cell =>
  ({ id, kind, source, ...(value !== undefined && { value }), rowLimit, tableViews: readSharedViews(views) })

export const lockSentence = ({ lock }: CellModel): string =>
  `${lock === null || lock.by === '' ? 'An owner' : lock.by} locked this cell. You can run and move it; an owner of the workspace can unlock it.`
