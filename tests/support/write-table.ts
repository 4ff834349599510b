/** Delta tables for tests, made of a query or of a file: written as the product writes its own. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { FIRST_COMMIT, FIRST_FILE, firstCommit } from '#lib/domain/new-delta-table.ts'
import type { ResultColumn } from '#lib/domain/result.ts'
import type { Objects } from '#server/objects/objects.ts'
import type { TableRef } from '#server/reader/reader.ts'

export type WrittenTable = TableRef & { rows: number }

export async function createTableWriter(objects: Objects, prefix: string) {
  const folder = await mkdtemp(join(tmpdir(), 'tables-'))
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("SET TimeZone = 'UTC'")

  async function keep(bytes: Uint8Array, rows: number, columns: ResultColumn[]): Promise<WrittenTable> {
    const [id, at] = [randomUUID(), Date.now()]
    const path = `${prefix}/${id}`
    await objects.put(`${path}/${FIRST_FILE}`, bytes)
    await objects.put(`${path}/${FIRST_COMMIT}`, Buffer.from(firstCommit({ id, columns, rows, bytes: bytes.length, at })))
    return { path, version: 0, columns, rows }
  }
  return {
    keep,
    async write(sql: string, columns: ResultColumn[]): Promise<WrittenTable> {
      const file = join(folder, 'part.parquet')
      const written = await connection.runAndReadAll(`COPY (${sql}) TO '${file}' (FORMAT parquet)`)
      return keep(await readFile(file), Number(written.getRows()[0]?.[0]), columns)
    },
    async close(): Promise<void> {
      connection.disconnectSync()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
