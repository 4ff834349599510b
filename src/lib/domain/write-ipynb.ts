/**
 * Writes a notebook as nbformat 4.5, which Jupyter, VS Code and Colab open. What those do not know stands in the metadata
 * under `dataharbour`: the kind of a cell, what an input is set to, how many rows are kept and how tables are looked at, its
 * lock, what people said about it, and which result a table was. SQL is a code cell with the `%%sql` magic. A chart is a cell
 * that shows it as Vega-Lite, which Jupyter draws; one that cannot be drawn, or an input, is a raw cell, kept for the way back.
 */
import type { MimeBundle, Output } from './feed.ts'
import { LEFT_OUT } from './long-text.ts'
import type { Drawing, ExportedCell, ExportedNotebook, ExportedThread } from './notebook-export.ts'

export const SQL_MAGIC = '%%sql\n'
/** Instants beyond this are none; a mark's time is what some browser wrote. */
const LATEST_MS = 8.64e15

export function writeIpynb({ title, cells }: ExportedNotebook): string {
  const notebook = {
    cells: cells.map(cellOf),
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { file_extension: '.py', mimetype: 'text/x-python', name: 'python' },
      title,
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
  return `${JSON.stringify(notebook, null, 1)}\n`
}

function cellOf(cell: ExportedCell) {
  const { id, kind, source } = cell
  const metadata = metadataOf(cell)
  if (kind === 'markdown') return { cell_type: 'markdown', id, metadata, source: linesOf(source) }
  if (cell.drawing !== undefined) return drawnCell(cell, cell.drawing)
  if (kind !== 'python' && kind !== 'sql') return { cell_type: 'raw', id, metadata, source: linesOf(source) }
  return {
    cell_type: 'code', execution_count: cell.shown.executionCount, id, metadata,
    outputs: cell.shown.outputs.flatMap(outputOf),
    source: linesOf(kind === 'sql' ? `${SQL_MAGIC}${source}` : source),
  }
}

const VEGA_LITE = 'application/vnd.vegalite.v5+json'

/** Its choice stands in the metadata: as code it would be none. */
function drawnCell(cell: ExportedCell, { spec, text }: Drawing) {
  const { dataharbour, ...metadata } = metadataOf(cell)
  return {
    cell_type: 'code', execution_count: null, id: cell.id, metadata: { ...metadata, dataharbour: { ...dataharbour, source: cell.source } },
    outputs: [{ data: { [VEGA_LITE]: spec, 'text/plain': linesOf(text) }, metadata: {}, output_type: 'display_data' }],
    source: linesOf(`# A chart: ${text.replaceAll(/\s+/g, ' ')}`),
  }
}

function metadataOf({ kind, lock, threads, shown, value, rowLimit, tableViews = {} }: ExportedCell) {
  return {
    ...(kind === 'sql' && { vscode: { languageId: 'sql' } }),
    dataharbour: {
      kind,
      ...(value !== undefined && { value }),
      ...(rowLimit !== undefined && { rowLimit: rowLimit ?? 'all' }),
      ...(Object.keys(tableViews).length > 0 && { tableViews }),
      ...(shown.ranAt !== null && { ranAt: shown.ranAt }),
      ...(lock !== null && { lock: { by: lock.by, at: Math.abs(lock.at) <= LATEST_MS ? new Date(lock.at).toISOString() : null } }),
      ...(threads.length > 0 && { comments: threads.map(threadOf) }),
    },
  }
}

function threadOf({ anchor, quote, range, resolvedAt, resolvedBy, comments }: ExportedThread) {
  return {
    about: anchor.kind,
    ...(anchor.kind === 'row' && { row: anchor.row }),
    ...(range !== null && { range }),
    quote, resolvedAt, resolvedBy,
    comments: comments.filter(({ deletedAt }) => deletedAt === null).map(({ author, body, createdAt, editedAt }) => ({ author: author.name, body, createdAt, editedAt })),
  }
}

function outputOf(output: Output): object[] {
  switch (output.kind) {
    case 'stream': return [{ name: output.name, output_type: 'stream', text: linesOf(output.text) }]
    case 'display': return [{ data: bundleOf(output.data), metadata: {}, output_type: 'display_data' }]
    case 'error': return [{ ename: output.name, evalue: output.message, output_type: 'error', traceback: tracebackOf(output) }]
    case 'result': {
      const { resultId, columns, rows, truncated, text, cutBy } = output
      return [{ data: { 'text/plain': linesOf(text) }, metadata: { dataharbour: { resultId, columns, rows, truncated, ...(cutBy !== undefined && { cutBy }) } }, output_type: 'display_data' }]
    }
    case 'omitted': return [{ name: 'stderr', output_type: 'stream', text: linesOf(LEFT_OUT) }]
    case 'notice': return [{ name: 'stderr', output_type: 'stream', text: linesOf(`${output.text}\n`) }]
    case 'progress':
    case 'clear': return []
  }
}

/** Some programs show this alone. */
function tracebackOf({ name, message, frames, jvmTrace }: Extract<Output, { kind: 'error' }>): string[] {
  const lines = [...frames, ...(jvmTrace === null ? [] : [jvmTrace])]
  return lines.length > 0 ? lines : [`${name}: ${message}`]
}

/** Pictures are one text of base64, JSON is JSON, everything else is lines. */
function bundleOf(data: MimeBundle): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).flatMap(([mime, text]) => {
    if (/^application\/(.*\+)?json$/.test(mime)) {
      const value = parsed(text)
      return value === undefined ? [] : [[mime, value]]
    }
    return [[mime, mime.startsWith('image/') && mime !== 'image/svg+xml' ? text : linesOf(text)]]
  }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As Jupyter writes text: a list of lines that keep their ends, so that a change of one line is a change of one line. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []
