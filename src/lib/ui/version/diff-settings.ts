/** What stands beside the text of a cell in two versions of a notebook: what an input was set to, how many rows are kept, how its tables are looked at. */
import { isRunnable, type Cell } from '#lib/domain/cell.ts'
import { inputOf } from '#lib/domain/parameter.ts'
import { describeRowLimit, ROW_LIMIT } from '#lib/domain/row-limit.ts'
import { readSharedViews, sameViews } from '#lib/domain/shared-views.ts'
import { showParameter } from '../runs/show-parameter.ts'

export interface CellSetting {
  name: string
  /** In words; null where there is no such cell, or none that has it. */
  before: string | null
  after: string | null
}

const USUAL = describeRowLimit(ROW_LIMIT)

/** The value of an input always, as its text does not say it; a row limit only where it is another. */
export function diffSettings(then: Cell | undefined, now: Cell | undefined): CellSetting[] {
  const value = { name: 'Value', before: valueOf(then), after: valueOf(now) }
  const rows = { name: 'Rows of each table', before: rowsOf(then), after: rowsOf(now) }
  return [
    ...(value.before === null && value.after === null ? [] : [value]),
    ...((rows.before ?? USUAL) === (rows.after ?? USUAL) ? [] : [rows]),
  ]
}

export const isOther = ({ before, after }: CellSetting): boolean => before !== after

/** Not where one of them is from before views were kept. */
export const haveOtherViews = (then: Cell | undefined, now: Cell | undefined): boolean =>
  then?.tableViews !== undefined && now?.tableViews !== undefined && isRunnable(then.kind) && isRunnable(now.kind) && !sameViews(readSharedViews(then.tableViews), readSharedViews(now.tableViews))

function valueOf(cell: Cell | undefined): string | null {
  const input = cell === undefined ? null : inputOf(cell)
  return input === null ? null : showParameter(input.value)
}

const rowsOf = (cell: Cell | undefined): string | null => (cell === undefined || !isRunnable(cell.kind) ? null : describeRowLimit(cell.rowLimit === undefined ? ROW_LIMIT : cell.rowLimit))
