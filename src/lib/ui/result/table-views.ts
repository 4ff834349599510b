/**
 * Table views: said once by a cell, because only it knows the shared document; a grid elsewhere (a dashboard, an embed) finds
 * nothing, and its view lasts as long as the page. Tables are told apart by their place in the cell's output.
 */
import { getContext, setContext } from 'svelte'
import type { ChartEncoding } from '#lib/domain/chart.ts'
import { writeChartSource } from '#lib/domain/chart-source.ts'
import type { TableView } from '#lib/domain/table-view.ts'
import { readTableView } from '#lib/domain/table-view.ts'
import { shareTableView } from '#lib/document/table-views.ts'
import type { CellModel } from '#lib/ui/notebook/cell-model.svelte.ts'
import type { CellEdits } from '#lib/ui/notebook/edit-cells.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

export interface TableViews {
  cellId: string
  /** The notebook's own view of a table; null when nobody has shared one. */
  shared: (table: number) => TableView | null
  share: (table: number, view: TableView | null) => void
  canShare: () => boolean
  /** Where this person keeps their own in this browser. */
  key: (table: number) => string
  /** Puts a chart cell of a table below the cell; null where cells cannot be added. */
  makeChartCell: () => ((table: number, encoding: ChartEncoding) => void) | null
}

const KEY = Symbol('table views')

export const provideTableViews = (views: TableViews): void => void setContext(KEY, views)
export const useTableViews = (): TableViews | null => getContext<TableViews | undefined>(KEY) ?? null

/** Of one cell of a notebook. A locked cell's views are its owners', like all of it. */
export const viewsOfCell = (session: NotebookSession, cell: CellModel, edits: CellEdits): TableViews => ({
  cellId: cell.id,
  shared: (table) => readTableView((cell.views as Record<string, unknown> | null | undefined)?.[table]),
  share: (table, view) => {
    if (session.room !== null) shareTableView(session.room.doc, cell.id, table, view)
  },
  canShare: () => session.canChange(cell),
  makeChartCell: () => (session.canEdit ? (table, encoding) => putChartCell(session, edits, cell, table, encoding) : null),
  key: (table) => `dataharbour.view.${session.page.me.id}.${session.page.id}.${cell.id}.${table}`,
})

function putChartCell(session: NotebookSession, edits: CellEdits, cell: CellModel, table: number, encoding: ChartEncoding): void {
  const id = edits.add('chart', { after: cell.id }, writeChartSource({ cellId: cell.id, table, encoding }))
  if (id !== null) void session.go(id, 'command')
}
