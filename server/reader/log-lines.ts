/**
 * The lines of a Delta log's files, as rows for DuckDB. Its own reading of lines sets aside 32 MiB and more for each thread,
 * however small a file is: four small tables at once would fill the reader's memory. It also goes on with what it has read
 * once of a name, though another table lies there by now. So small logs are fetched from the store, and take memory by their size.
 */
import { checkKey } from '../objects/object-key.ts'
import { literal } from './engine.ts'
import type { LogRef } from './reader.ts'
import type { SignedRequests } from './signed-requests.ts'

/** Of one question, whose files are all held at once: some ten times as much while their lines are told apart. */
const FETCHED_BYTES = 2 ** 21
/** DuckDB sets aside twice as much; with less it would set aside no less. */
const LINE_BYTES = { least: 2 ** 24, most: 2 ** 25 }

export interface LogLines {
  /** Rows of `file` (its address) and `json`; what is no JSON is an error. */
  sql: string
  values: string[]
}

export async function linesOf(store: Pick<SignedRequests, 'get'>, bucket: string, { folder, largest }: Pick<LogRef, 'folder' | 'largest'>, names: readonly string[]): Promise<LogLines> {
  const urls = names.map((name) => literal(urlOf(bucket, folder, name)))
  if (names.length * largest > FETCHED_BYTES) {
    const most = Math.min(Math.max(LINE_BYTES.least, Math.trunc(largest)), LINE_BYTES.most)
    return { sql: `SELECT filename AS file, json FROM read_ndjson_objects([${urls.join(', ')}], filename = true, maximum_object_size = ${most})`, values: [] }
  }
  const values = await Promise.all(names.map(async (name) => textOf((await store.get(keyOf(folder, name))).body)))
  // A cast that fails would say what the line says, and that would be taken for the engine's words.
  const sql = `
    SELECT file, coalesce(try_cast(line AS JSON), error('Malformed JSON in file ' || file)) AS json
    FROM (SELECT file, unnest(string_split(text, chr(10))) AS line FROM (VALUES ${urls.map((url, at) => `(${url}, $${at + 1})`).join(', ')}) AS files(file, text))
    WHERE NOT regexp_full_match(line, '\\s*')`
  return { sql, values }
}

export const urlOf = (bucket: string, folder: string, name: string): string => `s3://${bucket}/${keyOf(folder, name)}`

const keyOf = (folder: string, name: string): string => checkKey(`${folder}/_delta_log/${name}`)

/** Bytes that are no UTF-8 throw, and a mark at the beginning stays, which is no JSON. */
const textOf = (body: Buffer): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
