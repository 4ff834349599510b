/** DuckDB asked directly, in this process, with a table attached and pinned as the reader has it: the baseline of what the reader adds. */
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Config } from '#server/config.ts'

export async function openDirectly(config: Config, key: string): Promise<(sql: string) => Promise<unknown>> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', allow_unsigned_extensions: 'false' })
  const connection = await instance.connect()
  for (const name of ['httpfs', 'delta']) await connection.run(`LOAD '${join(config.duckdbExtensionsDir, `${name}.duckdb_extension`)}'`)
  const { s3 } = config
  await connection.run(`CREATE SECRET s (TYPE s3, KEY_ID '${s3.accessKey}', SECRET '${s3.secretKey}', REGION '${s3.region}', ENDPOINT '${new URL(s3.endpoint).host}', USE_SSL false, URL_STYLE 'path')`)
  await connection.run(`ATTACH 's3://${s3.bucket}/${key}' AS t (TYPE delta, PIN_SNAPSHOT)`)
  return (sql) => connection.runAndReadAll(sql)
}
