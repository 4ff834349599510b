/** Small logs of Delta tables: they take memory by their size, say what DuckDB's own reading of lines says, and are read as they are now. */
import { DuckDBInstance } from '@duckdb/node-api'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { commitName } from '#lib/domain/delta-log.ts'
import { createCompactedLogs } from '#server/reader/compacted-logs.ts'
import { readCommits, readState } from '#server/reader/delta-log.ts'
import { explainFailure } from '#server/reader/explain-failure.ts'
import { linesOf } from '#server/reader/log-lines.ts'
import type { SignedRequests } from '#server/reader/signed-requests.ts'

/** DuckDB's reading of lines takes more for one file. */
const engine = await DuckDBInstance.create(':memory:', { memory_limit: '20MB', threads: '2' })
const roomy = await DuckDBInstance.create(':memory:')
const objects = new Map<string, Buffer>()
const store: SignedRequests = {
  get: async (key) => {
    const body = objects.get(key)
    if (body === undefined) throw new Error(`HTTP 404 for ${key}`)
    return { body, mark: '' }
  },
  list: async function* () {}, put: async () => {}, remove: async () => {},
}
const logs = createCompactedLogs(store, 'b', () => {})
const folder = mkdtempSync(join(tmpdir(), 'log-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

function put(table: string, version: number, ...lines: object[]): void {
  objects.set(`${table}/_delta_log/${commitName(version)}`, Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))
}
const metaData = (name: string) => ({ metaData: { schemaString: `{"fields":["${name}"]}`, partitionColumns: ['day'] } })
const add = (path: string, rows: number) => ({ add: { path, size: 10, dataChange: true, stats: JSON.stringify({ numRecords: rows }) } })
const logOf = (table: string, commits: number) => ({ folder: table, checkpoint: [], commits: Array.from({ length: commits }, (_, at) => commitName(at)), largest: 10_000 })
const stateOf = async (table: string, commits: number) => readState(await engine.connect(), store, 'b', logOf(table, commits), logs)

describe('a small log', () => {
  it('is read in little memory, several at once', async () => {
    for (const table of ['t1', 't2', 't3', 't4']) {
      put(table, 0, { commitInfo: { operation: 'WRITE' } }, metaData(table), add('a', 3), add('b', 4))
      put(table, 1, add('c', 5), { remove: { path: 'a' } })
    }
    const states = await Promise.all(['t1', 't2', 't3', 't4'].map((table) => stateOf(table, 2)))
    expect(states).toEqual(['t1', 't2', 't3', 't4'].map((table) => ({ schema: `{"fields":["${table}"]}`, description: null, partitionColumns: ['day'], files: 2, bytes: 20, rows: 9 })))
    const commits = await readCommits(await engine.connect(), store, 'b', logOf('t1', 2))
    expect(commits.toSorted((a, b) => a.file.localeCompare(b.file))).toEqual([{ file: commitName(0), info: '{"operation":"WRITE"}', rowsAdded: 7 }, { file: commitName(1), info: null, rowsAdded: 5 }])
  })

  it('is that of the table that lies there now', async () => {
    put('again', 0, metaData('before'), add('a', 1))
    expect(await stateOf('again', 1)).toMatchObject({ schema: '{"fields":["before"]}', rows: 1 })
    put('again', 0, metaData('since'), add('a', 2))
    expect(await stateOf('again', 1)).toMatchObject({ schema: '{"fields":["since"]}', rows: 2 })
  })

  it('is refused by name where it is gone or no JSON, whatever it says', async () => {
    const reasonOf = async (body: string | Buffer | null) => {
      if (body !== null) objects.set(`bad/_delta_log/${commitName(0)}`, Buffer.from(body))
      return stateOf('bad', 1).then(() => null, (error: Error) => explainFailure(error.message, 'state').reason)
    }
    expect(await reasonOf(null)).toBe('result-gone')
    for (const body of ['\0\x01 not json', 'Out of Memory', '{"a":"HTTP 404', '', '{"a":1}\n', Buffer.from([0x22, 0xff, 0x22])]) expect(await reasonOf(body), String(body)).toBe('table-unreadable')
  })
})

describe('the lines of a small log', () => {
  it.each<[string, string | Buffer]>([
    ['as writers leave them', '{"a":1}\n{"a":{"b":[2,"ü"]}}\n'], ['without a last end', '{"a":1}\n{"a":2}'], ['ended as on Windows', '{"a":1}\r\n{"a":2}\r\n'], ['with empty ones', '\n{"a":1}\n\n \t\r\n{"a":2}\n  '],
    ['none', ''], ['with spaces around', '  {"a":1}  \n'], ['that are no objects', '1\nnull\n[{"a":1}]\n"x"\n'], ['with numbers that are long or none', '{"a":12345678901234567890.123}\n{"a":NaN}\n'], ['with escapes', '{"a":"\\u0000\\n\u2028"}\n'],
    ['cut', '{"a":1}\n{"a":'], ['two in one', '{"a":1} {"a":2}\n'], ['one in two', '{"a":\n1}\n'], ['with more behind', '{"a":1},\n'], ['with a mark of bytes', '\ufeff{"a":1}\n'], ['with half a letter', '{"a":"\\ud800"}\n'],
    ['with bytes that are no UTF-8', Buffer.from([...Buffer.from('{"a":"'), 0xc3, ...Buffer.from('"}\n')])], ['with nothing but zeros', '\0\0\0'], ['with a zero in a text', '{"a":"x\0y"}\n'], ['that are very long', `{"a":"${'x'.repeat(1_000_000)}"}\n`],
  ])('are those that DuckDB reads: %s', async (name, body) => {
    const path = join(folder, `${name}.json`)
    writeFileSync(path, body)
    objects.set('lines/_delta_log/x.json', Buffer.from(body))
    const connection = await roomy.connect()
    const rowsOf = async (sql: string, values: string[]) => (await connection.runAndReadAll(`SELECT json->>'$', json->>'$.a' FROM (${sql})`, values)).getRows()
    const theirs = await rowsOf(`SELECT json FROM read_ndjson_objects('${path}')`, []).catch(() => 'no JSON')
    const ours = await linesOf(store, 'b', { folder: 'lines', largest: 1 }, ['x.json']).then(({ sql, values }) => rowsOf(sql, values)).catch(() => 'no JSON')
    expect(ours).toEqual(theirs)
  })
})
