/**
 * Engine: DuckDB as the reader needs it. Extensions are loaded from our folder only, nothing is ever downloaded;
 * files may be read from our bucket only; after start the settings are locked. Each question has a connection of
 * its own, so that it can be interrupted alone.
 */
import { DuckDBInstance, JsonDuckDBValueConverter, type DuckDBConnection, type Json } from '@duckdb/node-api'
import { join } from 'node:path'
import type { ReaderSettings } from './messages.ts'

export interface Engine {
  /** One per question. Disconnect it at the end. */
  connect(): Promise<DuckDBConnection>
}

export async function openEngine(settings: ReaderSettings): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: settings.memoryLimit,
    threads: String(settings.threads),
    temp_directory: settings.spillDir,
    max_temp_directory_size: '2GB',
  })
  const connection = await instance.connect()
  for (const extension of ['httpfs', 'delta']) await connection.run(`LOAD ${literal(join(settings.extensionsDir, `${extension}.duckdb_extension`))}`)
  for (const statement of statements(settings)) await connection.run(statement)
  connection.disconnectSync()
  return { connect: () => instance.connect() }
}

function statements({ s3, filesDir, spillDir }: ReaderSettings): string[] {
  const endpoint = new URL(s3.endpoint)
  return [
    `CREATE SECRET store (TYPE s3, KEY_ID ${literal(s3.accessKey)}, SECRET ${literal(s3.secretKey)}, REGION ${literal(s3.region)}, ENDPOINT ${literal(endpoint.host)}, USE_SSL ${endpoint.protocol === 'https:'}, URL_STYLE 'path')`,
    'SET http_timeout = 5',
    'SET http_retries = 2',
    'SET enable_http_metadata_cache = true',
    "SET TimeZone = 'UTC'",
    `SET allowed_directories = [${literal(`s3://${s3.bucket}/`)}, ${literal(`${filesDir}/`)}, ${literal(`${spillDir}/`)}]`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
}

export async function readRows(connection: DuckDBConnection, sql: string, values: string[] = []): Promise<Json[][]> {
  const reader = await connection.runAndReadAll(sql, values)
  return reader.convertRows(JsonDuckDBValueConverter)
}

export async function readNumber(connection: DuckDBConnection, sql: string, values: string[] = []): Promise<number> {
  const [row] = await readRows(connection, sql, values)
  return Number(row?.[0] ?? 0)
}

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
