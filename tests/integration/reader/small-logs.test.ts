/** Tables with small logs in a real store: what several are is told at once, as the data page asks it, by a reader with little memory. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commitName } from '#lib/domain/delta-log.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader, FILE_LIMITS, READER_LIMITS, WIDE_LIMITS } from '#server/reader/create-reader.ts'

const prefix = `tests/${randomUUID()}`
const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789' })
const objects = createMinioObjects(config.s3)
/** Less than DuckDB sets aside to read the lines of one file, also in the process that is asked again. */
const memoryLimit = '30MB'
const core = { config, objects, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test') }
const small = createReader(core, { ...READER_LIMITS, memoryLimit }, FILE_LIMITS, { ...WIDE_LIMITS, memoryLimit })
const roomy = createReader(core)

beforeAll(async () => {
  await Promise.all([small.check(), roomy.check()])
})
afterAll(async () => {
  await Promise.all([small.close(), roomy.close()])
  await objects.removeAll(`${prefix}/`)
})

const FIRST = [
  { commitInfo: { operation: 'WRITE', operationMetrics: { numOutputRows: '7' } } },
  { metaData: { schemaString: '{"type":"struct","fields":[]}', description: 'Orders – ü', partitionColumns: ['day'] } },
  { add: { path: 'a.parquet', size: 10, dataChange: true, stats: '{"numRecords":3}' } },
  { add: { path: 'b.parquet', size: 20, dataChange: true, stats: '{"numRecords":4}' } },
].map((line) => JSON.stringify(line))
const ROWS = { schema: '{"type":"struct","fields":[]}', description: 'Orders – ü', partitionColumns: ['day'], files: 2, bytes: 30, rows: 7 }

async function put(name: string, ...commits: string[]) {
  const folder = `${prefix}/${name}`
  await Promise.all(commits.map((body, version) => objects.put(`${folder}/_delta_log/${commitName(version)}`, Buffer.from(body))))
  return { folder, checkpoint: [], commits: commits.map((_body, version) => commitName(version)), largest: Math.max(...commits.map((body) => Buffer.byteLength(body))) }
}

describe('tables with small logs', () => {
  it('are described in little memory, several at once', async () => {
    const tables = await Promise.all(Array.from({ length: 8 }, (_, at) => put(`many-${at}`, FIRST.join('\n'), '{"remove":{"path":"a.parquet"}}\n')))
    const [states, commits] = await Promise.all([Promise.all(tables.map((log) => small.state(log))), small.commits(tables[0]!)])
    for (const state of states) expect(state).toEqual({ ok: true, value: { ...ROWS, files: 1, bytes: 20, rows: 4 } })
    expect(commits.ok && commits.value.map(({ file, rowsAdded }) => [file, rowsAdded]).sort()).toEqual([[commitName(0), 7], [commitName(1), null]])
  })

  it.each([
    ['ended as on Windows, with empty lines', `\r\n${FIRST.join('\r\n\r\n')}\r\n`, true], ['cut', FIRST.join('\n').slice(0, -1), false], ['no JSON', `${FIRST.join('\n')}\nOut of Memory\n`, false],
    ['two in a line', FIRST.join(' '), false], ['empty', '', false],
  ])('are told or refused in the words of large ones: %s', async (_what, body, isTold) => {
    const log = await put(randomUUID(), body)
    const state = await roomy.state(log)
    expect(state).toEqual(await roomy.state({ ...log, largest: 2 ** 24 }))
    expect(state).toMatchObject(isTold ? { ok: true, value: ROWS } : { ok: false, reason: 'table-unreadable' })
    const commits = await roomy.commits(log)
    expect(commits).toEqual(await roomy.commits({ ...log, largest: 2 ** 24 }))
    expect(commits.ok).toBe(isTold || body === '')
  })

  it('are told as they are now, when another one lies there, and gone when they are', async () => {
    expect(await small.state(await put('place', FIRST.join('\n')))).toEqual({ ok: true, value: ROWS })
    const log = await put('place', FIRST.slice(0, 3).join('\n'))
    expect(await small.state(log)).toEqual({ ok: true, value: { ...ROWS, files: 1, bytes: 10, rows: 3 } })
    await objects.removeAll(`${log.folder}/`)
    expect(await small.state(log)).toMatchObject({ ok: false, reason: 'result-gone' })
  })
})
