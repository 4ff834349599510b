/**
 * Reads a Delta table's log with DuckDB: what the table is at a version (schema, rows and size by the statistics of its
 * files), and what its commits say of themselves. Logs may be written by anybody who may write there, so they are parsed
 * here, in the reader process with its limits, and nothing that they name is opened.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { countRows, type CompactedLog } from '#lib/domain/compact-log.ts'
import { commitName } from '#lib/domain/delta-log.ts'
import type { CompactedLogs } from './compacted-logs.ts'
import { literal, readRows } from './engine.ts'
import { linesOf, urlOf, type LogLines } from './log-lines.ts'
import type { CommitLine, LogRef, TableState } from './reader.ts'
import type { SignedRequests } from './signed-requests.ts'

type Store = Pick<SignedRequests, 'get'>

export async function readState(connection: DuckDBConnection, store: Store, bucket: string, log: LogRef, logs: CompactedLogs): Promise<TableState> {
  const { version, long, folder } = log
  if (version === undefined || long === undefined) return queryState(connection, store, bucket, log)
  const names = (): string[] => Array.from({ length: long.commits }, (_, at) => commitName(version - long.commits + 1 + at))
  return (await logs.read(connection, folder, version, long, stateOf)) ?? queryState(connection, store, bucket, { ...log, commits: names() })
}

function stateOf(log: CompactedLog): TableState {
  const { metaData, files } = log
  if (metaData === null) throw new Error('Delta: no metaData in the log')
  return {
    schema: String(metaData.schemaString), description: metaData.description ?? null, partitionColumns: (metaData.partitionColumns ?? []).map(String),
    files: files.size, bytes: [...files.values()].reduce((sum, file) => sum + file.bytes, 0), rows: countRows(log),
  }
}

async function queryState(connection: DuckDBConnection, store: Store, bucket: string, log: LogRef): Promise<TableState> {
  const parts: LogLines[] = []
  const lines = [...log.checkpoint.filter(isLines), ...log.commits]
  const columns = log.checkpoint.filter((name) => !isLines(name))
  // The newest commit first; within one, a removed file comes before what takes its place, whatever their order.
  if (lines.length > 0) parts.push(await linesOf(store, bucket, log, lines))
  if (columns.length > 0) parts.push({ sql: await checkpointQuery(connection, bucket, log.folder, columns), values: [] })
  await connection.run(`CREATE OR REPLACE TEMP TABLE log_lines AS ${parts.map(({ sql }) => sql).join(' UNION ALL ')}`, parts.flatMap(({ values }) => values))
  const [meta] = await readRows(connection, `
    SELECT (json->>'$.metaData.schemaString') AS schema, (json->>'$.metaData.description'), (json->>'$.metaData.partitionColumns')
    FROM log_lines WHERE schema IS NOT NULL ORDER BY file DESC LIMIT 1`)
  if (meta === undefined) throw new Error('Delta: no metaData in the log')
  const [sums] = await readRows(connection, `
    WITH named AS (
      SELECT file, (json->'$.add') AS added, (json->>'$.add.path') AS added_path, coalesce((json->>'$.add.path'), (json->>'$.remove.path')) AS path,
        coalesce((json->>'$.add.deletionVector.pathOrInlineDv'), (json->>'$.remove.deletionVector.pathOrInlineDv'), '') AS vector
      FROM log_lines
    ), newest AS (
      SELECT arg_max(CASE WHEN added_path IS NOT NULL THEN added ELSE 'null'::JSON END, (file, added_path IS NOT NULL)) AS added
      FROM named WHERE path IS NOT NULL GROUP BY path, vector
    ), counted AS (
      SELECT (added->>'$.size')::BIGINT AS bytes, coalesce((added->>'$.deletionVector.cardinality')::BIGINT, 0) AS deleted,
        coalesce((try_cast((added->>'$.stats') AS JSON)->>'$.numRecords')::BIGINT, (added->>'$.stats_parsed.numRecords')::BIGINT) AS rows
      FROM newest WHERE json_type(added) = 'OBJECT'
    )
    SELECT count(*), coalesce(sum(bytes), 0), CASE WHEN count(*) = count(rows) THEN coalesce(sum(rows - deleted), 0) END FROM counted`)
  const [usesSidecars] = await readRows(connection, `SELECT count(*) FROM log_lines WHERE (json->>'$.sidecar.path') IS NOT NULL`)
  await connection.run('DROP TABLE log_lines')
  // Files that are listed elsewhere are not counted here: better no figure than a wrong one.
  const isWhole = Number(usesSidecars?.[0] ?? 0) === 0
  return {
    schema: String(meta[0]),
    description: meta[1] === null || meta[1] === undefined ? null : String(meta[1]),
    partitionColumns: textsOf(meta[2]),
    files: isWhole ? Number(sums?.[0] ?? 0) : null,
    bytes: isWhole ? Number(sums?.[1] ?? 0) : null,
    rows: isWhole && sums?.[2] !== null && sums?.[2] !== undefined ? Number(sums[2]) : null,
  }
}

/** A checkpoint that is written as commits are; it lists its files elsewhere. */
const isLines = (name: string): boolean => name.endsWith('.json')

/** What is in a checkpoint, as the lines of a commit that says the same; null when it lists its files elsewhere. */
export async function readCheckpoint(connection: DuckDBConnection, bucket: string, folder: string, names: readonly string[]): Promise<string | null> {
  if (names.some(isLines)) return null
  const query = await checkpointQuery(connection, bucket, folder, names, ['protocol'])
  const lines = await readRows(connection, `SELECT json FROM (${query})`)
  const isElsewhere = lines.some(([line]) => (JSON.parse(String(line)) as { sidecar?: unknown }).sidecar)
  return isElsewhere ? null : lines.map(([line]) => String(line)).join('\n')
}

/** Newest first, as given: what each commit says of itself, untrusted. */
export async function readCommits(connection: DuckDBConnection, store: Store, bucket: string, log: Omit<LogRef, 'checkpoint'>): Promise<CommitLine[]> {
  if (log.commits.length === 0) return []
  const { sql, values } = await linesOf(store, bucket, log, log.commits)
  const rows = await readRows(connection, `
    SELECT parse_filename(file), max(CASE WHEN json_type(json->'$.commitInfo') = 'OBJECT' THEN (json->>'$.commitInfo') END),
      sum(CASE WHEN (json->>'$.add.dataChange') = 'true' THEN try_cast((try_cast((json->>'$.add.stats') AS JSON)->>'$.numRecords') AS BIGINT) END)
    FROM (${sql}) GROUP BY 1`, values)
  return rows.map(([file, info, added]) => ({ file: String(file), info: typeof info === 'string' ? info : null, rowsAdded: added === null || added === undefined ? null : Number(added) }))
}

/** Of what a checkpoint has, as the commits' lines look: writers differ in which columns they write. */
async function checkpointQuery(connection: DuckDBConnection, bucket: string, folder: string, names: readonly string[], more: readonly string[] = []): Promise<string> {
  const source = `read_parquet([${names.map((name) => literal(urlOf(bucket, folder, name))).join(', ')}], filename = true)`
  const columns = (await readRows(connection, `DESCRIBE SELECT * FROM ${source}`)).map(([name]) => String(name))
  const kept = ['add', 'metaData', 'sidecar', ...more].filter((name) => columns.includes(name))
  const shape = kept.map((name) => `'${name}': "${name}"`).join(', ')
  return `SELECT filename AS file, to_json({${shape}}) AS json FROM ${source} WHERE ${kept.map((name) => `"${name}" IS NOT NULL`).join(' OR ')}`
}

function textsOf(json: unknown): string[] {
  try {
    const found: unknown = JSON.parse(String(json))
    return Array.isArray(found) ? found.map(String) : []
  } catch {
    return []
  }
}
