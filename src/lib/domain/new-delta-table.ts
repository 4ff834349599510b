/** New Delta table: the one commit of a table that is written at once and never again, from its columns and its one file of Parquet. */
import { deltaType } from './delta-type.ts'
import type { ResultColumn } from './result.ts'

export const FIRST_COMMIT = '_delta_log/00000000000000000000.json'
export const FIRST_FILE = 'part-00000.parquet'

export interface NewTable {
  /** A uuid. */
  id: string
  columns: readonly ResultColumn[]
  rows: number
  bytes: number
  /** Milliseconds since 1970. */
  at: number
}

export function firstCommit({ id, columns, rows, bytes, at }: NewTable): string {
  const fields = columns.map(({ name, type }) => ({ name, type: deltaType(type), nullable: true, metadata: {} }))
  if (fields.some((field) => field.type === null)) throw new Error('A column of this type has no place in a Delta table.')
  const schema = JSON.stringify({ type: 'struct', fields })
  const actions = [
    { commitInfo: { timestamp: at, operation: 'WRITE', operationParameters: { mode: 'ErrorIfExists' }, engineInfo: 'DataHarbour' } },
    { protocol: protocolOf(schema) },
    { metaData: { id, format: { provider: 'parquet', options: {} }, schemaString: schema, partitionColumns: [], configuration: {}, createdTime: at } },
    { add: { path: FIRST_FILE, partitionValues: {}, size: bytes, modificationTime: at, dataChange: true, stats: JSON.stringify({ numRecords: rows }) } },
  ]
  return `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`
}

/** An instant without a zone is a feature that readers must know. */
const protocolOf = (schema: string): object =>
  schema.includes('"timestamp_ntz"')
    ? { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['timestampNtz'], writerFeatures: ['timestampNtz'] }
    : { minReaderVersion: 1, minWriterVersion: 2 }
