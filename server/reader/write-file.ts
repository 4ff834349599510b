/**
 * Writes a view of a table to a file for a download, in the reader process, piece by piece. What does not become a
 * whole file is removed. `shouldStop` is asked between pieces: an interrupt reaches DuckDB only while it works.
 */
import { open, rm, stat } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { FILE_BYTES_MAX, fitsFile, type FileRequest } from '#lib/domain/result-file.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { AttachedTables } from './attached-tables.ts'
import { literal } from './engine.ts'
import { csvHead, fileQuery, type FileQuery } from './file-query.ts'
import type { QueryRefusal } from './filter-clause.ts'
import type { TableRef } from './reader.ts'
import { writeSheet } from './sheet-file.ts'
import { TooLargeForZip } from './zip-file.ts'

export interface WrittenFile {
  bytes: number
  rows: number
}

const LOOK_EVERY_MS = 250
/** Values of one group of rows in Parquet: so many are in memory at once. */
const GROUP_VALUES = 1_000_000
const GROUP_ROWS = 122_880
const BOM = '\ufeff'
const TOO_LARGE = refuse('too-large', `This would be a file of more than ${FILE_BYTES_MAX / 2 ** 30} GB. Filter the table, hide columns, or take Parquet, which is smaller.`)

export async function writeFile(connection: DuckDBConnection, tables: AttachedTables, table: TableRef, request: FileRequest, path: string, shouldStop: () => boolean, bytesMax = FILE_BYTES_MAX): Promise<Outcome<WrittenFile, QueryRefusal | 'too-large'>> {
  let isTooLarge = false
  let isWhole = false
  const watch = setInterval(() => void stat(path).then(({ size }) => {
    if (size <= bytesMax) return
    isTooLarge = true
    connection.interrupt()
  }, () => {}), LOOK_EVERY_MS)
  try {
    const written = await tables.withTable(connection, table, async (name, count): Promise<Outcome<WrittenFile, QueryRefusal | 'too-large'>> => {
      const query = fileQuery(name, table.columns, request)
      if (!query.ok) return query
      const rows = await count(query.value.count.sql, query.value.count.values)
      const fits = fitsFile(request.format, rows, query.value.columns.length)
      if (!fits.ok) return fits
      await write(connection, query.value, request, path, () => shouldStop() || isTooLarge)
      const { size } = await stat(path)
      if (size > bytesMax) return TOO_LARGE
      return accept({ bytes: size, rows })
    })
    isWhole = written.ok
    return written
  } catch (error) {
    if (isTooLarge || error instanceof TooLargeForZip) return TOO_LARGE
    throw error
  } finally {
    clearInterval(watch)
    if (!isWhole) await rm(path, { force: true })
  }
}

async function write(connection: DuckDBConnection, query: FileQuery, { format, hasBom }: FileRequest, path: string, shouldStop: () => boolean): Promise<void> {
  const { sql, values } = query.rows
  if (format === 'parquet') {
    const group = Math.max(2048, Math.min(GROUP_ROWS, Math.floor(GROUP_VALUES / Math.max(1, query.columns.length) / 2048) * 2048))
    await connection.run(`COPY (${sql}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${group}, USE_TMP_FILE false)`, values)
    return
  }
  const rows = textRows(connection, sql, values, shouldStop)
  if (format === 'xlsx') return writeSheet(path, query.columns, rows)
  const file = await open(path, 'wx')
  try {
    await file.appendFile(`${hasBom ? BOM : ''}${csvHead(query.columns)}\r\n`)
    for await (const some of rows) await file.appendFile(`${some.join('\r\n')}\r\n`)
  } finally {
    await file.close()
  }
}

/** A thousand or two at a time; DuckDB makes the next when these are taken. */
async function* textRows(connection: DuckDBConnection, sql: string, values: string[], shouldStop: () => boolean): AsyncGenerator<string[]> {
  const result = await connection.stream(sql, values)
  for (;;) {
    if (shouldStop()) throw new Error('INTERRUPT: the file is not wanted any more.')
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    yield chunk.getColumnValues(0) as string[]
  }
}
