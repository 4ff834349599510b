/** Reads an `.ipynb`: nbformat 4, the older 3, and what `write-ipynb.ts` adds under `dataharbour`. Pure. */
import { isCellKind, isRunnable, type CellKind } from './cell.ts'
import { codeCell } from './cell-magic.ts'
import { accept, refuse, type Outcome } from './outcome.ts'
import { CELLS_MAX } from './notebook.ts'
import { checkValue, readInput } from './parameter.ts'
import type { FoundCell, FoundNotebook } from './found-notebook.ts'
import { isRowLimit, ROW_LIMIT } from './row-limit.ts'
import { readSharedViews } from './shared-views.ts'
import { withoutLineEnds } from './without-end.ts'
import { SQL_MAGIC } from './write-ipynb.ts'
import { fenceFor } from './write-markdown.ts'

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export function readIpynb(text: string): Outcome<FoundNotebook, 'file-unreadable'> {
  const notebook = parse(text.replace(/^\uFEFF/, ''))
  const cells = notebook === null ? null : cellsOf(notebook)
  if (notebook === null || cells === null) return refuse('file-unreadable', 'is not a Jupyter notebook. Choose an .ipynb file as Jupyter, Colab, VS Code or Databricks save it.')
  const metadata = fieldsOf(notebook.metadata)
  const language = languageOf(metadata)
  // One more than may be, so that it is told.
  const found = cells.slice(0, CELLS_MAX + 1).filter(isFields)
  const title = typeof metadata.title === 'string' ? metadata.title : null
  return accept({ title, cells: found.map((cell) => cellOf(cell, language, DATABRICKS in metadata)), notes: notesOn(found, language) })
}

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : null
  } catch {
    return null
  }
}

/** Before nbformat 4, cells stood in sheets. */
function cellsOf(notebook: Fields): unknown[] | null {
  if (Array.isArray(notebook.cells)) return notebook.cells
  return Array.isArray(notebook.worksheets) ? notebook.worksheets.flatMap((sheet) => listOf(fieldsOf(sheet).cells)) : null
}

const DATABRICKS = 'application/vnd.databricks.v1+notebook'

function languageOf(metadata: Fields): string {
  const databricks = fieldsOf(metadata[DATABRICKS]).language
  const language = fieldsOf(metadata.language_info).name ?? fieldsOf(metadata.kernelspec).language ?? databricks
  return typeof language === 'string' ? language.toLowerCase() : 'python'
}

function cellOf(cell: Fields, language: string, isDatabricks: boolean): FoundCell {
  const id = typeof cell.id === 'string' ? cell.id : undefined
  const source = textOf(cell.source ?? cell.input)
  const own = fieldsOf(fieldsOf(cell.metadata).dataharbour)
  if (typeof own.kind === 'string' && isCellKind(own.kind) && isStill(own.kind, cell.cell_type, source)) return { id, ...ownCell(own, own.kind, source) }
  switch (cell.cell_type) {
    case 'markdown': return { id, kind: 'markdown', source }
    case 'heading': return { id, kind: 'markdown', source: `${'#'.repeat(Math.min(6, Math.max(1, Number(cell.level) || 1)))} ${source}` }
    case 'raw': return { id, kind: 'markdown', source: fenced(source) }
    default: return { id, ...codeCell(source, cellLanguage(cell, language), isDatabricks) }
  }
}

/** Jupyter keeps what is ours also where somebody made it a cell of another kind. */
function isStill(kind: CellKind, type: unknown, source: string): boolean {
  if (kind === 'markdown') return type === 'markdown'
  if (kind === 'chart' || kind === 'input') return type === 'raw' || type === 'code'
  return type === 'code' && (kind === 'python' || source.startsWith(SQL_MAGIC))
}

/** A cell of ours, exported and brought back. */
function ownCell(own: Fields, kind: FoundCell['kind'], source: string): Omit<FoundCell, 'id'> {
  if (kind === 'chart') return { kind, source: typeof own.source === 'string' ? own.source : source }
  if (kind === 'input') {
    const definition = readInput(source)
    const value = definition === null || own.value === undefined ? null : checkValue(definition, own.value)
    return { kind, source, ...(value?.ok === true && { value: value.value }) }
  }
  const rowLimit = own.rowLimit === 'all' ? null : own.rowLimit
  const tableViews = readSharedViews(own.tableViews)
  return {
    kind, source: kind === 'sql' && source.startsWith(SQL_MAGIC) ? source.slice(SQL_MAGIC.length) : source,
    ...(isRunnable(kind) && isRowLimit(rowLimit) && rowLimit !== ROW_LIMIT && { rowLimit }),
    ...(isRunnable(kind) && Object.keys(tableViews).length > 0 && { tableViews }),
  }
}

function cellLanguage(cell: Fields, language: string): string {
  const said = fieldsOf(fieldsOf(cell.metadata).vscode).languageId ?? fieldsOf(cell.metadata).language ?? cell.language
  return typeof said === 'string' ? said.toLowerCase() : language
}

/** nbformat keeps texts as lines, or as one. */
const textOf = (value: unknown): string => (Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('') : typeof value === 'string' ? value : '').replace(/\r\n?/g, '\n')

function fenced(source: string): string {
  const fence = fenceFor(source)
  return `${fence}\n${withoutLineEnds(source)}\n${fence}`
}

function notesOn(cells: readonly Fields[], language: string): string[] {
  const has = (test: (cell: Fields) => boolean) => cells.some(test)
  return [
    ...(has((cell) => listOf(cell.outputs).length > 0) ? ['What its cells showed is not brought along: run them to see it.'] : []),
    ...(has((cell) => Object.keys(fieldsOf(cell.attachments)).length > 0) ? ['Pictures attached to its texts are left out.'] : []),
    ...(has((cell) => listOf(fieldsOf(fieldsOf(cell.metadata).dataharbour).comments).length > 0) ? ['Its comments stay in the file.'] : []),
    ...(language === 'python' || language === 'sql' || language === 'ipython' ? [] : [`It was written for ${language}; here its cells are Python and have to be rewritten.`]),
  ]
}
