/**
 * Import: an uploaded file becomes a table or a file of the workspace. How its bytes are read (`Reading`), which columns
 * it gives and of which types, and what happens to a value that is not of its type: a person decides, never a guess alone.
 */
import { checkDataPath, isTableName, SAMPLES_SCHEMA, type TableName } from './data.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

export const ENCODINGS = ['utf-8', 'utf-16', 'latin-1'] as const
export type Encoding = (typeof ENCODINGS)[number]
export const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

export type Reading =
  | { format: 'csv'; delimiter: Delimiter; encoding: Encoding; hasHeader: boolean; width: number }
  | { format: 'sheet'; sheet: number; hasHeader: boolean; width: number }
  | { format: 'json' }
  | { format: 'parquet' }

/** A type as a person chooses it. `as-is` is that of the file, where it has types; the others are read from text or converted. */
export const IMPORT_TYPES = ['string', 'bigint', 'double', 'double-comma', 'decimal', 'boolean', 'date', 'date-dmy', 'date-mdy', 'timestamp', 'as-is'] as const
export type ImportType = (typeof IMPORT_TYPES)[number]

export const TYPE_NAMES: Record<ImportType, string> = {
  string: 'Text', bigint: 'Whole number', double: 'Number', 'double-comma': 'Number with a comma (1.234,5)', decimal: 'Exact number (28 digits, 10 more behind the point)',
  boolean: 'True or false', date: 'Date (2024-12-31)', 'date-dmy': 'Date (31.12.2024, 31/12/2024)', 'date-mdy': 'Date (12/31/2024)', timestamp: 'Date and time', 'as-is': 'As in the file',
}
/** “3 values cannot be read as …” */
export const READ_AS: Record<ImportType, string> = {
  string: 'text', bigint: 'a whole number', double: 'a number of up to 15 digits', 'double-comma': 'a number of up to 15 digits with a comma', decimal: 'an exact number', boolean: 'true or false',
  date: 'a date', 'date-dmy': 'a date of day, month and year', 'date-mdy': 'a date of month, day and year', timestamp: 'a date and time', 'as-is': 'the file’s own type',
}

export interface ImportColumn {
  /** Its name in the file, or `c0`, `c1` … by its place where text has no names of its own. */
  from: string
  name: string
  type: ImportType
}

export const IF_EXISTS = ['refuse', 'replace', 'append'] as const
export type IfExists = (typeof IF_EXISTS)[number]
export const BAD_VALUES = ['refuse', 'null'] as const
export type BadValues = (typeof BAD_VALUES)[number]

/** `leftOut`: fields of JSON that a person wants in no column. One that nobody has seen is never left out in silence: the file is refused by its name. */
export type ImportTarget =
  | { kind: 'file'; path: string }
  | ({ kind: 'table'; ifExists: IfExists; reading: Reading; columns: ImportColumn[]; badValues: BadValues; leftOut?: string[] | undefined } & TableName)

export const IMPORT_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type ImportState = (typeof IMPORT_STATES)[number]
export const isOver = (state: ImportState): boolean => state === 'done' || state === 'failed' || state === 'cancelled'

/** Values of one column that are not of its type. */
export interface BadColumn {
  name: string
  type: ImportType
  count: number
  /** The first of them; rows are counted from 1, without the names. */
  examples: { row: number; text: string }[]
}

export interface Import {
  id: string
  uploadId: string
  target: { kind: 'file'; path: string } | ({ kind: 'table'; ifExists: IfExists } & TableName)
  state: ImportState
  rows: number
  /** Between 0 and 1; null when it is not known. */
  fraction: number | null
  /** Why it failed, as a sentence. */
  message: string | null
  badColumns: BadColumn[]
  createdAt: string
  finishedAt: string | null
}

export const COLUMNS_MAX = 2000
const COLUMN_NAME_MAX = 255
/** What Delta does not take in the name of a column. */
const NOT_IN_COLUMN = /[ ,;{}()\n\t=\p{C}]/u

export function checkImport(target: ImportTarget): Outcome<null, 'path-invalid' | 'name-invalid' | 'columns-invalid'> {
  if (target.kind === 'file') {
    const path = checkDataPath(target.path)
    return path.ok ? accept(null) : path
  }
  const name = checkNewTable(target)
  return name.ok ? checkColumns(target.columns) : name
}

/** Spark’s catalog knows small letters only, so two tables that differ by large ones would be one. */
export function checkNewTable({ schema, table }: TableName): Outcome<null, 'name-invalid'> {
  if (![schema, table].every((name) => isTableName(name) && name === name.toLowerCase())) return refuse('name-invalid', 'Name the table with small letters, digits and underscores, at most 128.')
  if (schema === SAMPLES_SCHEMA) return refuse('name-invalid', 'The samples belong to everybody and stay as they are. Choose another schema.')
  return accept(null)
}

export function checkColumns(columns: readonly ImportColumn[]): Outcome<null, 'columns-invalid'> {
  if (columns.length === 0) return refuse('columns-invalid', 'Keep at least one column.')
  if (columns.length > COLUMNS_MAX) return refuse('columns-invalid', `A table made from a file has at most ${COLUMNS_MAX} columns. Leave some out.`)
  const taken = new Set<string>()
  for (const { name } of columns) {
    if (name === '' || name.length > COLUMN_NAME_MAX) return refuse('columns-invalid', `Each column needs a name of at most ${COLUMN_NAME_MAX} letters.`)
    if (NOT_IN_COLUMN.test(name)) return refuse('columns-invalid', `“${name}” cannot name a column: spaces and , ; { } ( ) = have no place there.`)
    if (taken.has(name.toLowerCase())) return refuse('columns-invalid', `Two columns are called “${name}”. Rename one.`)
    taken.add(name.toLowerCase())
  }
  return accept(null)
}

/** Names that a table may have, from those of a file: in its order, all different. */
export function columnNames(given: readonly string[]): string[] {
  const taken = new Set<string>()
  return given.map((text, at) => {
    const plain = text.normalize('NFC').trim().replace(new RegExp(NOT_IN_COLUMN.source, 'gu'), '_').slice(0, COLUMN_NAME_MAX - 6)
    const base = plain === '' ? `column_${at + 1}` : plain
    let name = base
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base}_${number}`
    taken.add(name.toLowerCase())
    return name
  })
}

const endingOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
const FORMATS: Record<string, 'csv' | 'json' | 'parquet' | 'sheet'> = { csv: 'csv', tsv: 'csv', tab: 'csv', txt: 'csv', json: 'json', ndjson: 'json', jsonl: 'json', parquet: 'parquet', pq: 'parquet', xlsx: 'sheet' }
/** By the name's ending; null for what no table can be made of. */
export const importFormat = (name: string): 'csv' | 'json' | 'parquet' | 'sheet' | null => FORMATS[endingOf(name)] ?? null

/** `Orders 2024 (final).csv` → `orders_2024_final` */
export function suggestTable(name: string): string {
  const plain = name.replace(/\.[a-z0-9]+$/i, '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9_]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 100)
  return plain === '' ? 'imported' : plain
}

/** A path of the workspace’s files that is as near to the name as may be. */
export function suggestPath(name: string): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}_=.,@+ ()-]/gu, '_').slice(0, 200)
  return checkDataPath(plain).ok ? plain : 'file'
}
