/**
 * The rules of nbformat's own schema for version 4.5, by hand: every complaint about a file, none when it is valid. In
 * the schema no field may be there that it does not name, except within metadata.
 */
const CELL_FIELDS: Record<string, string[]> = {
  code: ['id', 'cell_type', 'metadata', 'source', 'outputs', 'execution_count'],
  markdown: ['id', 'cell_type', 'metadata', 'source'],
  raw: ['id', 'cell_type', 'metadata', 'source'],
}
const OUTPUT_FIELDS: Record<string, string[]> = {
  stream: ['output_type', 'name', 'text'],
  display_data: ['output_type', 'data', 'metadata'],
  error: ['output_type', 'ename', 'evalue', 'traceback'],
}

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isLines = (value: unknown): boolean => typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'))
const hasExactly = (value: Fields, names: string[]): boolean => Object.keys(value).sort().join() === [...names].sort().join()

export function ipynbComplaints(text: string): string[] {
  const notebook: unknown = JSON.parse(text)
  if (!isFields(notebook) || !hasExactly(notebook, ['cells', 'metadata', 'nbformat', 'nbformat_minor'])) return ['the notebook has other fields']
  const { cells, metadata, nbformat, nbformat_minor: minor } = notebook
  if (!isFields(metadata) || !Array.isArray(cells)) return ['no cells or no metadata']
  const ids = cells.map((cell: Fields) => cell.id)
  return [
    ...(nbformat === 4 && minor === 5 ? [] : ['another version']),
    ...(isFields(metadata.kernelspec) && typeof metadata.kernelspec.name === 'string' && typeof metadata.kernelspec.display_name === 'string' ? [] : ['kernelspec']),
    ...(isFields(metadata.language_info) && typeof metadata.language_info.name === 'string' ? [] : ['language_info']),
    ...(new Set(ids).size === ids.length ? [] : ['an id twice']),
    ...cells.flatMap((cell: unknown, at) => cellComplaints(cell).map((what) => `cell ${at}: ${what}`)),
  ]
}

function cellComplaints(cell: unknown): string[] {
  if (!isFields(cell)) return ['no object']
  const fields = CELL_FIELDS[String(cell.cell_type)]
  if (fields === undefined || !hasExactly(cell, fields)) return [`fields ${Object.keys(cell).join()}`]
  return [
    ...(typeof cell.id === 'string' && /^[a-zA-Z0-9-_]{1,64}$/.test(cell.id) ? [] : ['id']),
    ...(isFields(cell.metadata) ? [] : ['metadata']),
    ...(isLines(cell.source) ? [] : ['source']),
    ...(cell.cell_type !== 'code' || cell.execution_count === null || (Number.isInteger(cell.execution_count) && Number(cell.execution_count) >= 0) ? [] : ['execution_count']),
    ...(cell.cell_type === 'code' ? (Array.isArray(cell.outputs) ? cell.outputs.flatMap(outputComplaints) : ['outputs']) : []),
  ]
}

function outputComplaints(output: unknown): string[] {
  const kind = isFields(output) ? String(output.output_type) : ''
  const fields = OUTPUT_FIELDS[kind]
  if (!isFields(output) || fields === undefined || !hasExactly(output, fields)) return [`output ${kind}`]
  if (kind === 'stream') return typeof output.name === 'string' && isLines(output.text) ? [] : ['stream']
  if (kind === 'error') return typeof output.ename === 'string' && typeof output.evalue === 'string' && Array.isArray(output.traceback) && isLines(output.traceback) ? [] : ['error']
  const isBundle = isFields(output.data) && Object.entries(output.data).every(([mime, value]) => /^application\/(.*\+)?json$/.test(mime) || isLines(value))
  return isBundle && isFields(output.metadata) ? [] : ['display_data']
}
