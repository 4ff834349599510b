/** The first rows of a CSV, JSON or Parquet file, every value as text: a look at a file, not a reading of it. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { checkKey } from '../objects/object-key.ts'
import { literal, readRows } from './engine.ts'
import { quote } from './quote.ts'
import type { FileHead, FileRef } from './reader.ts'

const READERS: Record<FileRef['format'], (url: string) => string> = {
  csv: (url) => `read_csv(${url}, all_varchar = true, sample_size = 2000, ignore_errors = true, null_padding = true, max_line_size = 4000000)`,
  json: (url) => `read_json(${url}, sample_size = 2000, maximum_object_size = 33554432, ignore_errors = false)`,
  parquet: (url) => `read_parquet(${url}, hive_partitioning = false)`,
}
const TEXT_MAX = 500
const COLUMNS_MAX = 200

export async function readFileHead(connection: DuckDBConnection, bucket: string, file: FileRef): Promise<FileHead> {
  const source = READERS[file.format](literal(`s3://${bucket}/${checkKey(file.key)}`))
  const described = await readRows(connection, `DESCRIBE SELECT * FROM ${source}`)
  const columns = described.slice(0, COLUMNS_MAX).map(([name, type]) => ({ name: String(name), type: file.format === 'csv' ? 'text' : String(type).toLowerCase() }))
  const shown = columns.map(({ name }) => `left(CAST(${quote(name)} AS VARCHAR), ${TEXT_MAX})`).join(', ')
  const rows = await readRows(connection, `SELECT ${shown} FROM ${source} LIMIT ${Math.trunc(file.rows)}`)
  return { columns, moreColumns: described.length - columns.length, rows: rows.map((row) => row.map((value) => (value === null ? null : String(value)))) }
}
