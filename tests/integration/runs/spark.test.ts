/** Runs on the embedded Spark: started by the worker beside the kernel, shared by Python and SQL cells, its tables in the object store. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'
import type { CellId } from '#lib/domain/ids.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { columnKind } from '#lib/domain/result.ts'
import { showValue } from '#lib/ui/result/show-value.ts'
import { createCompute } from '#server/compute/create-compute.ts'
import { deleteCompute } from '#server/compute/delete-compute.ts'
import { chooseCompute } from '#server/compute/notebook-compute.ts'
import { pagesKey, signPagesToken } from '#server/compute/pages-key.ts'
import { restartKernel } from '#server/compute/restart-kernel.ts'
import { tryConnect } from '#server/compute/try-connect.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import { requestWhole } from '#server/results/request-whole.ts'
import { readRun } from '#server/runs/read-run.ts'
import { connectUrlFrom } from '../../support/connect-url-from.ts'
import { computes } from '#server/store/schema/compute.ts'
import { results, runs } from '#server/store/schema/runs.ts'
import { createRunWorld, textOf, until, type RunWorld } from '../../support/run-world.ts'

/** `SQL_MB=10` is the promise. */
const SQL_MB = Number(process.env.SQL_MB ?? 1)

/** A value of a page and Spark's own text of it, brought to one form: bytes as digits, floats as numbers, nested values without the text that keeps a bigint whole. */
const ofPage: Record<string, (value: never) => unknown> = {
  bytes: (value: string) => Buffer.from(value.replace(/\\x([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('hex').toUpperCase(),
  wide: Number, narrow: Number,
  nested: ({ a, b }: { a: string | null; b: unknown }) => ({ a: a === null ? null : Number(a), b }),
  pairs: (pairs: { key: string; value: string | null }[]) => Object.fromEntries(pairs.map(({ key, value }) => [key, value === null ? null : Number(value)])),
}
const ofSpark: Record<string, (text: string) => unknown> = { wide: Number, narrow: Number, nested: JSON.parse, pairs: JSON.parse }

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld({ SPARK_MEMORY: '1g' })
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 90_000)

const compute = async () => (await world.db.select().from(computes).where(and(eq(computes.workspaceId, world.workspaceId), eq(computes.isDefault, true))))[0]!

describe('a run on Spark', () => {
  it('starts Spark behind the first run, which does not wait for it', async () => {
    const { run } = await world.run(await world.addNotebook(), 'print("no spark needed")')
    expect(run.state).toBe('succeeded')
    await until(async () => ['starting', 'running'].includes((await compute()).state), 30_000)
    await until(async () => (await compute()).state === 'running', 120_000)
  }, 180_000)

  it('is told to run on Spark, also where only its second cell opened it', async () => {
    const notebook = await world.addNotebook('print("not yet")', 'print(spark.range(5).count())')
    const read = await readRun(world.deps, world.person, (await world.ended((await world.request(notebook)).id, 120_000)).id)
    expect(read).toMatchObject({ ok: true, value: { state: 'succeeded', environment: { spark: expect.stringMatching(/^\d+\.\d+\.\d+/) as string } } })
  }, 150_000)

  it('keeps a table that a cell shows as a Delta table, and records it', async () => {
    const notebook = await world.addNotebook('spark.range(5).createOrReplaceTempView("five")', { kind: 'sql', source: 'select id, id * id as square from five order by id' })
    const done = await world.ended((await world.request(notebook)).id, 120_000)
    expect(done.state, done.reason ?? '').toBe('succeeded')
    const [result] = (await world.outputsOf(done, 'c2')).filter((output) => output.kind === 'result')
    expect(result).toMatchObject({ rows: 5, truncated: false, columns: [{ name: 'id' }, { name: 'square' }] })
    const [row] = await world.db.select().from(results).where(eq(results.cellId, 'c2' as CellId))
    expect(row?.path).toBe(`ws/${world.workspaceId}/results/${done.id}/c2/0`)
  }, 180_000)

  it('leaves nothing of a kernel in Spark once that was restarted', async () => {
    const notebook = await world.addNotebook()
    const session = textOf((await world.run(notebook, 'spark.range(3).createOrReplaceTempView("mine")\nprint(spark.client._session_id)', 120_000)).outputs).trim()
    const isClosed = `import pyspark.sql.connect.proto as proto
asked = proto.ConfigRequest(session_id="${session}", client_type="test")
asked.operation.get_all.SetInParent()
if spark.client._user_id:
    asked.user_context.user_id = spark.client._user_id
try:
    spark.client._stub.Config(asked, metadata=spark.client._builder.metadata())
    print("open")
except Exception as error:
    print("closed" if "SESSION_CLOSED" in str(error) else error)`
    expect(textOf((await world.run(notebook, isClosed, 60_000)).outputs)).toBe('open\n')
    await restartKernel(world.deps, world.person, { notebookId: notebook, requestId: null })
    expect(textOf((await world.run(notebook, isClosed, 60_000)).outputs)).toBe('closed\n')
  }, 240_000)

  it('B6: shows every type as Spark itself does, row by row', async () => {
    const columns = ['n', 'big', 'dec', 'day', 'at', 'local', 'small', 'flag', 'word', 'nested', 'pairs', 'bytes', 'wide', 'narrow']
    const text = ["'plain'", "'tab\\t \"q\" | ü 🚢'"]
    const source = `select * from values
      (1, 9223372036854775807L, cast('12345678901234567890123456789012345.678' as decimal(38,3)), date'1582-10-04', timestamp'1582-10-04 12:00:00.123456', timestamp_ntz'0001-01-01 00:00:00', cast(-128 as tinyint), true, ${text[0]}, named_struct('a', 1L, 'b', array('x', null)), map('k', 1L), X'00FF10', double('NaN'), float('Infinity')),
      (2, -9223372036854775807L, cast('-0.001' as decimal(38,3)), date'0001-01-01', timestamp'1969-12-31 23:59:59.999999', timestamp_ntz'2024-03-31 02:30:00.5', cast(127 as tinyint), false, ${text[1]}, named_struct('a', cast(null as bigint), 'b', cast(null as array<string>)), map(), X'', double('-Infinity'), float('0.1')),
      (3, 0L, cast('1000' as decimal(38,3)), date'9999-12-31', timestamp'9999-12-31 23:59:59', timestamp_ntz'1582-10-10 00:00:00', cast(0 as tinyint), true, '', named_struct('a', 3L, 'b', array('')), map('a', 1L, 'b', null), X'61', 1e20D, float('-1.5e-7')),
      (4, null, null, null, null, null, null, null, null, null, null, null, null, null) as t(${columns.join(', ')}) order by n`
    // Its own texts: of plain types as show() has them, of the others in a form that both can be brought to.
    const spoken = columns.map((name) => (['nested', 'pairs'].includes(name) ? `to_json(${name}, map('ignoreNullFields', 'false'))` : name === 'bytes' ? 'hex(bytes)' : `cast(${name} as string)`))
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [
      { id: 'c1' as CellId, kind: 'sql', source },
      { id: 'c2' as CellId, kind: 'python', source: `import json\nprint(json.dumps([list(row) for row in _sqldf.orderBy("n").selectExpr(*${JSON.stringify(spoken)}).collect()]))` },
    ])
    const done = await world.ended((await world.request(notebook)).id, 120_000)
    expect(done.state, done.reason ?? '').toBe('succeeded')
    const spark = JSON.parse(textOf(await world.outputsOf(done, 'c2'))) as (string | null)[][]
    const [row] = await world.db.select().from(results).where(eq(results.runId, done.id))
    const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789', DATAHARBOUR_DATA: world.dataDir })
    const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), objects: createMinioObjects(config.s3) })
    try {
      const page = await reader.page(row!, { offset: 0, limit: 10, sort: [], filter: [] })
      if (!page.ok) throw new Error(page.message)
      const kinds = page.value.columns.map(({ type }) => columnKind(type))
      const ours = page.value.rows.map((values) => values.map((value, at) => (value === null ? null : (ofPage[columns[at] ?? '']?.(value as never) ?? showValue(value, kinds[at] ?? 'text')))))
      const theirs = spark.map((values) => values.map((text, at) => (text === null ? null : (ofSpark[columns[at] ?? '']?.(text) ?? text))))
      expect(ours).toEqual(theirs)
      expect(ours[0]?.slice(0, 6)).toEqual(['1', '9223372036854775807', '12345678901234567890123456789012345.678', '1582-10-04', '1582-10-04 12:00:00.123456', '0001-01-01 00:00:00'])
      expect(row!.columns.map(({ type }) => type)).toEqual(['int', 'bigint', 'decimal(38,3)', 'date', 'timestamp', 'timestamp_ntz', 'tinyint', 'boolean', 'string', 'struct<a:bigint,b:array<string>>', 'map<string,bigint>', 'binary', 'double', 'float'])
    } finally {
      await reader.close()
    }
  }, 180_000)

  it('writes the whole of a cut table by Spark: the reader shows the same values, in the frame’s order', async () => {
    const source = `select id, cast(id * 3 as decimal(38,4)) as dec, date'0001-01-01' + cast(id as int) as day, timestamp'1582-10-04 12:00:00.5' as at, timestamp_ntz'2024-02-29 12:00:00' as local, double('NaN') as nan,
      make_dt_interval(cast(id as int)) as span, interval '3' year as years, parse_json('{"a": 1}') as variant, null as nothing, array(null) as empties, X'00FF' as bytes, map('k', id) as pairs,
      named_struct('with space', id, 'b', array('x', null)) as nested, cast('v' || id as varchar(9)) as \`a name, with signs\`, id + 1 as ID
      from range(0, 3000, 1, 5) order by id desc`
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'sql', source, rowLimit: 1000 }])
    const shown = await world.ended((await world.request(notebook)).id, 120_000)
    expect(shown.state, shown.reason ?? '').toBe('succeeded')
    const [part] = await world.db.select().from(results).where(eq(results.runId, shown.id))
    expect(part).toMatchObject({ rows: 1000, truncated: true, cutBy: 'rows' })
    const asked = await requestWhole(world.deps, world.person, { resultId: part!.id, requestId: null })
    const done = await world.ended(asked.ok ? asked.value.id : shown.id, 120_000)
    expect([done.state, done.reason]).toEqual(['succeeded', null])
    const [whole] = await world.db.select().from(results).where(eq(results.wholeOf, part!.id))
    expect(whole).toMatchObject({ rows: 3000, truncated: false, columns: part!.columns })
    const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789', DATAHARBOUR_DATA: world.dataDir })
    const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), objects: createMinioObjects(config.s3) })
    try {
      const page = async (of: typeof part, offset: number) => {
        const found = await reader.page(of!, { offset, limit: 1000, sort: [], filter: [] })
        if (!found.ok) throw new Error(found.message)
        return found.value
      }
      const [first, all, last] = await Promise.all([page(part, 0), page(whole, 0), page(whole, 2000)])
      expect(all.columns).toEqual(first.columns)
      expect(all.rows).toEqual(first.rows)
      expect(all.total).toBe(3000)
      expect([all.rows[0]?.[0], last.rows.at(-1)?.[0]]).toEqual(['2999', '0'])
    } finally {
      await reader.close()
    }
  }, 240_000)

  it('B6: reads a log compacted by ourselves as Spark reads the table: deletion vectors, renamed and added columns', async () => {
    const statements = [
      "create table turns (id bigint, place string, amount decimal(20,4), note string) using delta tblproperties ('delta.enableDeletionVectors' = 'true', 'delta.columnMapping.mode' = 'name')",
      "insert into turns select id, case when id % 5 = 0 then null else concat('a b/', id % 3, '%') end, id / 8, concat('note ', id) from range(0, 400, 1, 2)",
      'delete from turns where id % 7 = 3', 'alter table turns rename column note to remark', 'alter table turns add column later double',
      "insert into turns select id, 'new', id, 'x', id / 3 from range(400, 430, 1, 1)", "update turns set amount = -1, remark = 'changed' where id % 11 = 0", 'delete from turns where id between 410 and 415',
    ]
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [
      { id: 'c1' as CellId, kind: 'sql', source: statements.join(';\n') },
      { id: 'c2' as CellId, kind: 'python', source: 'import json\nfor version in (spark.sql("describe history turns").agg({"version": "max"}).first()[0], 2):\n    frame = spark.sql(f"select * from turns version as of {version} order by id")\n    print(json.dumps([version, [[name, kind] for name, kind in frame.dtypes], [[None if value is None else str(value) for value in row] for row in frame.collect()]]))' },
    ])
    const done = await world.ended((await world.request(notebook)).id, 200_000)
    expect(done.state, done.reason ?? '').toBe('succeeded')
    const path = `ws/${world.workspaceId}/tables/turns`
    const config = loadConfig({ ...process.env, AUTH_SECRET: 'a-secret-for-tests-only-0123456789', DATAHARBOUR_DATA: world.dataDir })
    const objects = createMinioObjects(config.s3)
    const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'test'), objects })
    const laidDown = async (): Promise<number> => {
      let found = 0
      for await (const _ of objects.list('reader/logs/')) found += 1
      return found
    }
    try {
      const before = await laidDown()
      // Spark's checksums lie beside its commits; the first says what the schema was, so that the log would not be compacted.
      for await (const { key } of objects.list(`${path}/_delta_log/`)) if (key.endsWith('.crc')) await objects.remove(key)
      for (const line of textOf(await world.outputsOf(done, 'c2')).trim().split('\n')) {
        const [version, types, rows] = JSON.parse(line) as [number, [string, string][], (string | null)[][]]
        const columns = types.map(([name, type]) => ({ name, type }))
        const page = await reader.page({ path, version, columns, mark: `spark-${version}`, log: { checkpoint: [], commits: version + 1 } }, { offset: 0, limit: 1000, sort: [{ column: 'id', direction: 'asc' }], filter: [] })
        if (!page.ok) throw new Error(page.message)
        const asText = (value: unknown, type: string) => (value === null ? null : type === 'double' ? Number(value) : String(value))
        expect(page.value.rows.map((row) => row.map((value, at) => asText(value, columns[at]!.type)))).toEqual(rows.map((row) => row.map((value, at) => asText(value, columns[at]!.type))))
      }
      expect(await laidDown()).toBeGreaterThanOrEqual(before + 2)
    } finally {
      await reader.close()
    }
  }, 300_000)

  it('S23: binds hostile parameters in SQL, from the request to the stored table', async () => {
    const hostile = "x'; drop view five; -- \" ` \\ :top".padEnd(10_240, '\u00fc')
    const input = (name: string, type: 'text' | 'number', value: string | number) => ({ id: `in-${name}` as CellId, kind: 'input' as const, source: writeInput(newInput(type, name)), value })
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [
      input('given', 'text', hostile), input('top', 'number', 2), { id: 'c1' as CellId, kind: 'python', source: 'spark.range(5).createOrReplaceTempView("five")' },
      { id: 'c2' as CellId, kind: 'sql', source: "select :given as given, ':given' as quoted, id from five where id < :top order by id" },
      { id: 'c3' as CellId, kind: 'python', source: 'print(_sqldf.count(), {row.given for row in _sqldf.collect()} == {given}, spark.table("five").count())' },
    ])
    const done = await world.ended((await world.request(notebook)).id, 120_000)
    expect(done.state, done.reason ?? '').toBe('succeeded')
    expect(done.parameters).toEqual({ given: hostile, top: 2 })
    expect(textOf(await world.outputsOf(done, 'c3'))).toBe('2 True 5\n')
    const [result] = (await world.outputsOf(done, 'c2')).filter((output) => output.kind === 'result')
    expect(result).toMatchObject({ rows: 2, columns: [{ name: 'given' }, { name: 'quoted' }, { name: 'id' }] })
  }, 180_000)

  it('stops a Spark query within 8 s, and the session goes on', async () => {
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: 'print("begun", flush=True)\nspark.range(10**13).selectExpr("sum(id % 7)").collect()' }])
    const run = await world.request(notebook)
    await until(async () => (await world.outputsOf(await world.read(run.id))).some((output) => output.kind === 'progress' && output.stages.length > 0), 60_000)
    const { cancelRun } = await import('#server/runs/cancel-run.ts')
    const startedAt = Date.now()
    await cancelRun(world.deps, world.person, { runId: run.id })
    expect((await world.ended(run.id)).state).toBe('cancelled')
    expect(Date.now() - startedAt).toBeLessThan(8000)
    expect(textOf((await world.run(notebook, 'print(spark.range(3).count())', 60_000)).outputs)).toBe('3\n')
  }, 120_000)

  it('B9: shows a cell that does not heed a cancel as cancelled only when Spark does nothing for it any more', async () => {
    const notebook = await world.addNotebook('frame = spark.range(10**13).selectExpr("sum(id % 7)")', 'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nframe.collect()')
    const run = await world.request(notebook)
    await until(async () => (await world.outputsOf(await world.read(run.id), 'c2')).some((output) => output.kind === 'progress' && output.stages.length > 0), 120_000)
    const { id, uiUrl } = await compute()
    const ask = async <T>(path: string): Promise<T> => {
      const answer = await fetch(`${uiUrl}/api/v1/applications${path}`, { headers: { authorization: `Bearer ${signPagesToken('a-secret-for-tests-only-0123456789', id, new Date())}` } })
      return (await answer.json()) as T
    }
    const [app] = await ask<{ id: string }[]>('')
    const atWork = async () => (await ask<{ activeTasks: number }[]>(`/${app!.id}/executors`)).reduce((sum, { activeTasks }) => sum + activeTasks, 0)
    // Spark's pages are told of its tasks a moment behind the cell.
    await until(async () => (await atWork()) > 0)
    const { cancelRun } = await import('#server/runs/cancel-run.ts')
    const startedAt = Date.now()
    await cancelRun(world.deps, world.person, { runId: run.id })
    const done = await world.ended(run.id)
    expect(Date.now() - startedAt).toBeLessThan(8500)
    // Told to stop, its tasks notice within moments; a query that nobody asks for any more goes on for a minute.
    await until(async () => (await atWork()) === 0, 10_000)
    expect([done.state, done.reason]).toEqual(['cancelled', 'Cancelled by Ada.'])
    const last = (await world.outputsOf(done, 'c2')).at(-1)
    expect(last).toMatchObject({ kind: 'notice', text: expect.stringContaining('did not stop within 5 seconds') as string })
    expect(last).not.toMatchObject({ text: expect.stringContaining('may go on') as string })
    expect(textOf((await world.run(notebook, 'print(spark.range(3).count())', 60_000)).outputs)).toBe('3\n')
  }, 240_000)

  it('F7: says that Spark died, to the cell under whose query it did, and the next run works again without being asked', async () => {
    const { pid } = await compute()
    const notebook = await world.addNotebook()
    world.texts.set(notebook, [{ id: 'c1' as CellId, kind: 'python', source: 'spark.range(10**13).selectExpr("sum(id % 7)").collect()' }])
    const asked = await world.request(notebook)
    await until(async () => (await world.outputsOf(await world.read(asked.id))).some((output) => output.kind === 'progress' && output.stages.length > 0), 60_000)
    const killedAt = Date.now()
    process.kill(pid!, 'SIGKILL')
    const failed = await world.ended(asked.id, 20_000)
    expect(Date.now() - killedAt).toBeLessThan(10_000)
    expect(failed).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^SparkConnectGrpcException: Spark went away while it worked for this cell/) as string })
    expect(textOf(await world.outputsOf(failed), 'stderr')).toBe('')
    await until(async () => (await compute()).state === 'failed', 5000)
    expect((await compute()).reason).toContain('Spark stopped unexpectedly')
    const { outputs, run } = await world.run(await world.addNotebook(), 'print(spark.range(4).count())', 120_000)
    expect(run.reason).toBeNull()
    expect(textOf(outputs)).toBe('4\n')
    expect((await compute()).pid).not.toBe(pid)
  }, 180_000)
})

describe('B7: SQL that goes wrong', () => {
  const errorOf = async (source: string, more: Parameters<RunWorld['request']>[3] = {}) => {
    const notebook = await world.addNotebook({ kind: 'sql', source })
    const done = await world.ended((await world.request(notebook, { kind: 'all' }, world.person, more)).id, 60_000)
    const outputs = await world.outputsOf(done)
    return { done, outputs, error: outputs.find((output) => output.kind === 'error') }
  }

  it.each([
    ['a slip in the second statement', 'select 1;\n\nselec 2', 'PARSE_SYNTAX_ERROR', 'line 3, column 1'],
    ['a table that is not there', 'select 1;\nselect *\nfrom nowhere', 'TABLE_OR_VIEW_NOT_FOUND', 'line 3, column 6'],
    ['a division by nothing', 'select 1;\nselect 1 / (id - id) from range(3)', 'DIVIDE_BY_ZERO', 'line 2, column 8'],
  ])('%s', async (_what, source, condition, place) => {
    const { done, error } = await errorOf(source)
    expect(done.state).toBe('failed')
    expect(error).toMatchObject({ message: expect.stringContaining(condition) as string, jvmTrace: expect.stringContaining('\n\tat org.apache.spark') as string })
    const message = error?.kind === 'error' ? error.message : ''
    expect(message).toContain(place)
    expect(message).not.toContain('\tat ')
  })

  it('megabytes of it are no trouble, and a million million pairs of rows are stopped at the limit', async () => {
    const long = await errorOf(`select length('${'x'.repeat(SQL_MB * 1_000_000)}') as letters`)
    expect([long.done.state, long.outputs.find((output) => output.kind === 'result')]).toMatchObject(['succeeded', { rows: 1 }])
    const begun = performance.now()
    // Spark looks whether it is still wanted after each thousand rows of the one side with all of the other.
    const endless = await errorOf('select sum(a.id * b.id % 7) as s from range(100000000) a cross join range(10000) b', { cellTimeoutSeconds: 3 })
    expect(endless.done).toMatchObject({ state: 'failed', reason: 'Stopped after 3 seconds, the limit of this cell.' })
    expect(performance.now() - begun).toBeLessThan(15_000)
    expect(textOf((await world.run(await world.addNotebook(), 'print(spark.range(3).count())', 60_000)).outputs)).toBe('3\n')
  }, 120_000)
})

describe('a second compute of the workspace', () => {
  const config = { authSecret: 'a-secret-for-tests-only-0123456789' }
  const second = async () => (await world.db.select().from(computes).where(and(eq(computes.workspaceId, world.workspaceId), eq(computes.isDefault, false))))[0]!
  const SHOW = 'print(spark.conf.get("spark.master"), spark.conf.get("spark.driver.memory"), spark.range(3).count())'
  let notebook: Awaited<ReturnType<typeof world.addNotebook>>

  it('S29: is taken by the notebook’s next kernel, runs beside the first, and its memory and cores reach Spark', async () => {
    const made = await createCompute({ db: world.db, config }, world.person, { workspaceId: world.workspaceId, kind: 'embedded', name: 'Big memory', memoryMb: 1100, cores: 1, idleMinutes: 5, requestId: null })
    expect(made.ok && made.value.state).toBe('stopped')
    notebook = await world.addNotebook()
    expect(textOf((await world.run(notebook, SHOW, 60_000)).outputs)).toBe('local[2] 1g 3\n')
    const { id } = await second()
    const chosen = await chooseCompute(world.deps, world.person, { notebookId: notebook, computeId: id, requestId: null })
    expect(chosen.ok && chosen.value).toMatchObject({ chosenId: id, name: 'Big memory', needsRestart: true })
    // The living kernel keeps what it has.
    expect(textOf((await world.run(notebook, SHOW, 60_000)).outputs)).toBe('local[2] 1g 3\n')
    await restartKernel(world.deps, world.person, { notebookId: notebook, requestId: null })
    expect(textOf((await world.run(notebook, SHOW, 180_000)).outputs)).toBe('local[1] 1100m 3\n')
    const [one, other] = [await compute(), await second()]
    expect([one.state, other.state]).toEqual(['running', 'running'])
    expect([one.pid === other.pid, one.url === other.url, one.uiUrl === other.uiUrl, one.logPath === other.logPath]).toEqual([false, false, false, false])
  }, 240_000)

  it('S29: gives its JVM the memory and no secret of ours', async () => {
    const { pid } = await second()
    const [command, environment] = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0'))
    expect(command).toContain('-Xmx1100m')
    const names = environment!.map((line) => line.split('=')[0])
    expect(names.filter((name) => /DATABASE|AUTH_SECRET|S3_|DATAHARBOUR|SPARK_PAGES/.test(name!))).toEqual([])
    expect(command!.join(' ')).not.toMatch(/secretKey|a-secret-for-tests/)
  })

  it('S29: shows its own pages to who signs, and to no kernel of the machine', async () => {
    const { id, uiUrl } = await second()
    const ask = (path: string, headers: Record<string, string> = {}) => fetch(`${uiUrl}${path}`, { headers })
    for (const path of ['/environment/', '/SQL/', '/api/v1/applications', '/static/webui.js']) expect([path, (await ask(path)).status]).toEqual([path, 403])
    const signed = { authorization: `Bearer ${signPagesToken(config.authSecret, id, new Date())}` }
    expect(await (await ask('/jobs/', { ...signed, 'x-forwarded-context': '/base' })).text()).toContain('/base/static/webui.js')
    const [app] = (await (await ask('/api/v1/applications', signed)).json()) as { id: string }[]
    const environment = await (await ask(`/api/v1/applications/${app!.id}/environment`, signed)).text()
    expect(environment).toMatch(/JWSFilter\.param\.secretKey", "\*+\(redacted\)/)
    expect(environment).not.toContain(pagesKey(config.authSecret, id))
    expect(environment).not.toContain((JSON.parse(readFileSync(join(world.dataDir, 'run', 'c', `${id}.json`), 'utf8')) as { token: string }).token)
  }, 90_000)

  it('is told apart by a short real connection: the right token, a wrong one, none, and what is no Spark', async () => {
    const { id, url } = await second()
    const address = JSON.parse(readFileSync(join(world.dataDir, 'run', 'c', `${id}.json`), 'utf8')) as { port: number; token: string }
    expect(url).toBe(`sc://localhost:${address.port}`)
    const said = async (text: string) => {
      const tried = await tryConnect(connectUrlFrom(text))
      return tried.ok ? 'ok' : tried.message
    }
    expect(await said(`${url}/;token=${address.token}`)).toBe('ok')
    expect(await said(`${url}/;token=wrong`)).toContain('does not take this token')
    expect(await said(url!)).toContain('asks for a token')
    expect(await said(`sc://127.0.0.1:${new URL(process.env.S3_ENDPOINT!).port}`)).toContain('not Spark Connect')
  }, 30_000)

  it('that cannot start says why to each cell that waits for it', async () => {
    const made = await createCompute({ db: world.db, config }, world.person, { workspaceId: world.workspaceId, kind: 'embedded', name: 'Far too big', memoryMb: 1_000_000, requestId: null })
    if (!made.ok) throw new Error(made.message)
    const mine = await world.addNotebook()
    await chooseCompute(world.deps, world.person, { notebookId: mine, computeId: made.value.id, requestId: null })
    for (const source of ['spark.range(1).count()', 'spark.range(2).count()']) {
      const begun = performance.now()
      const { run } = await world.run(mine, source)
      expect(run).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^SparkUnavailable: Spark did not start: it has 1,000,000 MB of memory, and this machine .* Give it less\.$/) as string })
      expect(performance.now() - begun).toBeLessThan(15_000)
    }
    expect(await deleteCompute(world.deps, world.person, { computeId: made.value.id, movesNotebooks: true, requestId: null })).toMatchObject({ ok: true })
  }, 60_000)

  it('is not deleted while notebooks use it or Spark is up, and is stopped when it has rested for its time', async () => {
    const { id } = await second()
    expect(await deleteCompute(world.deps, world.person, { computeId: id, movesNotebooks: true, requestId: null })).toMatchObject({ ok: false, reason: 'compute-up' })
    const longAgo = new Date(Date.now() - 6 * 60_000)
    await world.db.update(computes).set({ lastUsedAt: longAgo, startedAt: longAgo }).where(eq(computes.workspaceId, world.workspaceId))
    await world.db.update(runs).set({ finishedAt: longAgo }).where(eq(runs.workspaceId, world.workspaceId))
    await until(async () => (await second()).state === 'stopped', 60_000)
    expect((await second()).reason).toContain('nobody used it')
    expect((await compute()).state).toBe('running')
    expect(await deleteCompute(world.deps, world.person, { computeId: id, movesNotebooks: false, requestId: null })).toMatchObject({ ok: false, reason: 'compute-in-use', message: expect.stringContaining('“Report”') })
    expect((await deleteCompute(world.deps, world.person, { computeId: id, movesNotebooks: true, requestId: null })).ok).toBe(true)
    await until(() => !existsSync(join(world.dataDir, 'compute', id)))
    await restartKernel(world.deps, world.person, { notebookId: notebook, requestId: null })
    expect(textOf((await world.run(notebook, SHOW, 60_000)).outputs)).toBe('local[2] 1g 3\n')
  }, 120_000)
})
