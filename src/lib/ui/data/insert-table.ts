/**
 * Puts a table into a notebook as code that works: into the cell it is dropped on, or the one where the person is; where
 * there is none that takes code, into a new SQL cell. One step that the cell's undo takes back.
 */
import type { TableName } from '#lib/domain/data.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { insertTable, tableCode } from '#lib/domain/table-code.ts'
import type { CellEdits } from '#lib/ui/notebook/edit-cells.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

export const TABLE_MIME = 'application/x-dataharbour-table'

interface Notebook {
  session: NotebookSession
  edits: CellEdits
}

export function putTable({ session, edits }: Notebook, name: TableName, into: CellId | null): void {
  const cell = into === null ? session.active : session.find(into)
  const shared = cell === null || !session.canChange(cell) ? null : session.shared(cell.id)
  const insertion = cell === null || shared === null ? null : insertTable(name, cell.kind, shared.text.toString(), session.handles.get(cell.id)?.caret() ?? null)
  if (cell === null || shared === null || insertion === null) {
    const id = edits.add('sql', cell === null ? 'end' : { after: cell.id }, tableCode(name, 'sql'))
    if (id !== null) void session.go(id)
    return
  }
  shared.text.doc?.transact(() => shared.text.insert(insertion.at, insertion.text), shared.history.beside)
  void session.go(cell.id)
}

/** For the element around the cells: a table that is dragged over one marks it, dropped there it goes in. Before the editors hear of it, which would put the bare text in. */
export function acceptTables(notebook: Notebook): (element: HTMLElement) => () => void {
  return (element) => {
    const listening = new AbortController()
    const on = (name: string, hear: (event: DragEvent) => void) => element.addEventListener(name, (event) => hear(event as DragEvent), { signal: listening.signal, capture: true })
    const isOurs = (event: DragEvent) => notebook.session.canEdit && (event.dataTransfer?.types.includes(TABLE_MIME) ?? false)
    const cellAt = (event: DragEvent) => (event.target instanceof Element ? event.target.closest<HTMLElement>('article[id^="cell-"]') : null)
    let marked: HTMLElement | null = null
    const mark = (cell: HTMLElement | null) => {
      marked?.removeAttribute('data-table-over')
      cell?.setAttribute('data-table-over', '')
      marked = cell
    }
    const take = (event: DragEvent) => {
      event.preventDefault()
      event.stopPropagation()
    }
    on('dragover', (event) => {
      if (!isOurs(event)) return
      take(event)
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
      mark(cellAt(event))
    })
    on('dragleave', (event) => {
      if (event.relatedTarget === null || !element.contains(event.relatedTarget as Node)) mark(null)
    })
    on('drop', (event) => {
      if (!isOurs(event)) return
      take(event)
      const cell = cellAt(event)
      mark(null)
      const name = readDragged(event.dataTransfer?.getData(TABLE_MIME) ?? '')
      if (name !== null) putTable(notebook, name, cell === null ? null : (cell.id.slice('cell-'.length) as CellId))
    })
    return () => listening.abort()
  }
}

function readDragged(text: string): TableName | null {
  try {
    const { schema, table } = JSON.parse(text) as Partial<TableName>
    return typeof schema === 'string' && typeof table === 'string' ? { schema, table } : null
  } catch {
    return null
  }
}

export function beginDrag(event: DragEvent, { schema, table }: TableName): void {
  event.dataTransfer?.setData(TABLE_MIME, JSON.stringify({ schema, table }))
  event.dataTransfer?.setData('text/plain', tableCode({ schema, table }, 'sql'))
}
