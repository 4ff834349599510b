/**
 * Data: what a workspace's notebooks work on: Delta tables by schema and files by folder, below the workspace's own
 * prefix of the bucket. The samples are everybody's to read. Names come from people, so they are checked here before a
 * key is made of them [S24].
 */
import { accept, refuse, type Outcome } from './outcome.ts'

/** Spark takes no other names for schemas and tables. */
const NAME = /^[A-Za-z0-9_]{1,128}$/
export const isTableName = (text: string): boolean => NAME.test(text)

export const DEFAULT_SCHEMA = 'default'
/** The schema of the sample tables, which every workspace reads and none writes. */
export const SAMPLES_SCHEMA = 'samples'

export interface TableName {
  schema: string
  table: string
}

export interface DataTable extends TableName {
  /** Not the workspace's own: to be read only. */
  isShared: boolean
}

export interface DataColumn {
  name: string
  /** In Spark's words, such as `bigint` or `array<string>`. */
  type: string
  comment: string | null
  isNullable: boolean
  isPartition: boolean
}

/** A table at one version. */
export interface TableDetails extends DataTable {
  /** How Spark finds it: `s3a://…`. */
  location: string
  version: number
  newest: number
  /** The first version that can still be read. */
  oldest: number
  changedAt: string
  description: string | null
  columns: DataColumn[]
  /** Of the log's statistics; null where it has none. */
  rows: number | null
  files: number | null
  bytes: number | null
}

/** One commit of a table's log. */
export interface TableCommit {
  version: number
  at: string
  operation: string
  /** Who asked for it and by which run, where the writer said so. */
  by: { name: string; runId: string | null; notebookId: string | null } | null
  /** The program that wrote it. */
  engine: string | null
  rowsAdded: number | null
  rowsRemoved: number | null
  /** Its log is complete enough to show the table as it was. */
  isReadable: boolean
}

export interface DataFile {
  name: string
  bytes: number
  modifiedAt: string
}

export interface FolderContent {
  folder: string
  folders: string[]
  files: DataFile[]
  /** There is more than is listed. */
  isCut: boolean
  /** Names that cannot be opened here. */
  oddNames: number
}

/** Where a deleted table or file waits. */
export interface BinnedData {
  id: string
  kind: 'table' | 'file'
  /** `sales.orders`, or the file's path. */
  name: string
  state: BinState
  bytes: number | null
  deletedBy: string | null
  deletedAt: string
  goesAt: string
}
export const BIN_STATES = ['moving', 'kept', 'restoring', 'removing'] as const
export type BinState = (typeof BIN_STATES)[number]
export const DATA_BIN_DAYS = 30

export const PATH_MAX = 700
const PART = /^[\p{L}\p{M}\p{N}_=.,@+ ()-]{1,255}$/u

/** A path of plain names joined by slashes, as given by a person: no way up, no escape, nothing absolute. */
export function checkDataPath(path: string): Outcome<string, 'path-invalid'> {
  const isPlain = path.length <= PATH_MAX && path.split('/').every((part) => PART.test(part) && part !== '.' && part !== '..')
  return isPlain ? accept(path) : refuse('path-invalid', 'This is not a path of the workspace’s files: use plain names joined by slashes.')
}

export const isPlainPart = (name: string): boolean => checkDataPath(name).ok && !name.includes('/')

/** `sales.orders`; what lies in the default schema goes by its own name. */
export const fullName = ({ schema, table }: TableName): string => (schema === DEFAULT_SCHEMA ? table : `${schema}.${table}`)

export type FilePreviewKind = 'table' | 'text' | 'none'
const TABLE_FORMATS: Record<string, 'csv' | 'json' | 'parquet'> = { csv: 'csv', tsv: 'csv', json: 'json', ndjson: 'json', jsonl: 'json', parquet: 'parquet' }
const TEXT_ENDINGS = new Set(['txt', 'md', 'log', 'py', 'sql', 'yaml', 'yml', 'toml', 'ini', 'xml', 'html', 'css', 'js', 'ts', 'sh', 'conf'])

const endingOf = (path: string): string => /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
export const tableFormatOf = (path: string): 'csv' | 'json' | 'parquet' | null => TABLE_FORMATS[endingOf(path)] ?? null
export const hasTextEnding = (path: string): boolean => TEXT_ENDINGS.has(endingOf(path))

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let at = 0
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000
    at += 1
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`
}
