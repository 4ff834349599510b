import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCommit } from '#lib/domain/delta-commit.ts'
import { commitName, planLog } from '#lib/domain/delta-log.ts'
import { readDeltaSchema, renamedPartitions } from '#lib/domain/delta-schema.ts'

const commits = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => commitName(from + at))
const v = (version: number) => String(version).padStart(20, '0')

describe('the files of a log', () => {
  it('reads all commits where there is no checkpoint', () => {
    expect(planLog(commits(0, 2), null)).toEqual({ ok: true, value: { version: 2, newest: 2, oldest: 0, checkpoint: [], commits: commits(0, 2) } })
    expect(planLog(commits(0, 2), 0)).toMatchObject({ ok: true, value: { commits: commits(0, 0) } })
  })

  it('begins at the newest checkpoint at or below the version', () => {
    const names = [...commits(0, 25), `${v(10)}.checkpoint.parquet`, `${v(20)}.checkpoint.parquet`, '_last_checkpoint', `${v(3)}.${v(5)}.compacted.json`, `${v(25)}.crc`]
    expect(planLog(names, null)).toMatchObject({ ok: true, value: { checkpoint: [`${v(20)}.checkpoint.parquet`], commits: commits(21, 25), oldest: 0 } })
    expect(planLog(names, 20)).toMatchObject({ ok: true, value: { checkpoint: [`${v(20)}.checkpoint.parquet`], commits: [] } })
    expect(planLog(names, 19)).toMatchObject({ ok: true, value: { checkpoint: [`${v(10)}.checkpoint.parquet`], commits: commits(11, 19) } })
  })

  it('takes a checkpoint of parts only whole', () => {
    const part = (n: number) => `${v(4)}.checkpoint.000000000${n}.0000000002.parquet`
    expect(planLog([...commits(0, 5), part(1)], null)).toMatchObject({ ok: true, value: { checkpoint: [], commits: commits(0, 5) } })
    expect(planLog([...commits(5, 5), part(2), part(1)], null)).toMatchObject({ ok: true, value: { checkpoint: [part(1), part(2)], commits: commits(5, 5), oldest: 4 } })
  })

  it('knows a checkpoint of the newer kind, in Parquet and in JSON, and takes no commit for one', () => {
    for (const end of ['parquet', 'json']) {
      const checkpoint = `${v(4)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.${end}`
      expect(planLog([...commits(5, 6), checkpoint], null)).toEqual({ ok: true, value: { version: 6, newest: 6, oldest: 4, checkpoint: [checkpoint], commits: commits(5, 6) } })
    }
    expect(planLog([...commits(5, 6), `${v(4)}.checkpoint.json`, `${v(4)}.80a083e8-7026-4e79-81be-64bd76c43a11.json`], null)).toMatchObject({ ok: false, reason: 'version-missing' })
  })

  it('says which versions cannot be read, and never leaves one out', () => {
    expect(planLog([commitName(0), commitName(2)], 2)).toMatchObject({ ok: false, reason: 'version-missing' })
    expect(planLog(commits(0, 2), 3)).toMatchObject({ ok: false, message: 'The table has no version 3; its newest is 2.' })
    expect(planLog([], null)).toMatchObject({ ok: false, reason: 'not-found' })
    fc.assert(fc.property(fc.uniqueArray(fc.nat(30)), fc.uniqueArray(fc.nat(30), { maxLength: 4 }), fc.nat(30), (there, points, wanted) => {
      const plan = planLog([...there.map(commitName), ...points.map((at) => `${v(at)}.checkpoint.parquet`)], wanted)
      if (!plan.ok) return
      const start = plan.value.checkpoint.length === 0 ? -1 : Number(plan.value.checkpoint[0]!.slice(0, 20))
      expect(plan.value.commits).toEqual(start === wanted ? [] : commits(start + 1, wanted))
      for (const name of plan.value.commits) expect(there.map(commitName)).toContain(name)
      expect(plan.value.oldest <= plan.value.newest).toBe(true)
    }))
  })
})

describe('what a log says', () => {
  const field = (type: unknown, metadata = {}) => JSON.stringify({ type: 'struct', fields: [{ name: 'a', type, nullable: true, metadata }] })
  it.each([
    ['long', 'bigint'], ['integer', 'int'], ['decimal(38,2)', 'decimal(38,2)'], ['timestamp_ntz', 'timestamp_ntz'],
    [{ type: 'array', elementType: 'long' }, 'array<bigint>'], [{ type: 'map', keyType: 'string', valueType: { type: 'struct', fields: [{ name: 'x', type: 'short' }] } }, 'map<string,struct<x:smallint>>'],
  ])('%j is %s', (type, expected) => expect(readDeltaSchema(field(type), [])).toMatchObject({ ok: true, value: [{ type: expected }] }))

  it('takes comments, declared lengths and partitions', () => {
    expect(readDeltaSchema(field('string', { comment: 'Hm', __CHAR_VARCHAR_TYPE_STRING: 'varchar(3)' }), ['a'])).toEqual({ ok: true, value: [{ name: 'a', type: 'varchar(3)', comment: 'Hm', isNullable: true, isPartition: true }] })
  })

  it.each(['', 'null', '[]', '{"fields":1}', '{"fields":[{"name":1,"type":"long"}]}', field({ type: 'odd' })])('refuses %j', (text) => {
    expect(readDeltaSchema(text, [])).toMatchObject({ ok: false, reason: 'table-unreadable' })
  })

  it('names partitions whose values files keep under another name, and no other column', () => {
    const field = (name: string, physical?: string) => ({ name, type: 'string', metadata: physical === undefined ? {} : { 'delta.columnMapping.physicalName': physical } })
    const text = JSON.stringify({ fields: [field('a', 'col-1'), field('b', 'b'), field('c', 'col-3'), field('d')] })
    expect([renamedPartitions(text, ['c', 'b']), renamedPartitions(text, ['b', 'd']), renamedPartitions(text, [])]).toEqual([['c'], [], []])
  })

  it('never falls over a commit, whatever its writer wrote', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string(), fc.constant(null)), (text) => {
      const read = readCommit(text, null, new Date(0))
      expect(Number.isNaN(Date.parse(read.at))).toBe(false)
    }))
    const run = '6a0b8f0e-6a2a-4b43-9d52-0e5f6a3c9d11'
    expect(readCommit(JSON.stringify({ timestamp: 5, operation: 'MERGE', userMetadata: JSON.stringify({ run }), operationMetrics: { numTargetRowsInserted: '2', numTargetRowsDeleted: '1' } }), 9, new Date(0))).toMatchObject({ operation: 'Merge', rowsAdded: 2, rowsRemoved: 1, mark: { runId: run } })
    expect(readCommit('{"userMetadata":"{\\"run\\":\\"../x\\"}"}', null, new Date(0)).mark).toBeNull()
  })
})
