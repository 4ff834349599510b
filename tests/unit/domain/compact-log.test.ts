/** Compacting a log: what holds at its end, and nothing else. */
import { describe, expect, it } from 'vitest'
import { addCommit, agrees, countRows, emptyLog, writeLog, type CompactedLog } from '#lib/domain/compact-log.ts'

const PROTOCOL = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors', 'columnMapping'], writerFeatures: ['deletionVectors', 'columnMapping'] }
const META = { id: 'a', format: { provider: 'parquet', options: {} }, schemaString: '{"type":"struct","fields":[]}', partitionColumns: ['day'], configuration: { 'delta.columnMapping.mode': 'name' } }
const add = (path: string, more: object = {}) => ({ add: { path, partitionValues: { day: null }, size: 10, modificationTime: 1, dataChange: true, stats: '{"numRecords":5,"minValues":{"a":1}}', ...more } })
const remove = (path: string, more: object = {}) => ({ remove: { path, deletionTimestamp: 2, dataChange: true, ...more } })
const vector = (at: number) => ({ deletionVector: { storageType: 'u', pathOrInlineDv: 'ab', offset: at, sizeInBytes: 36, cardinality: 2 } })
const logOf = (...commits: object[][]): CompactedLog => {
  const log = emptyLog()
  for (const lines of commits) addCommit(log, lines.map((line) => JSON.stringify(line)).join('\n'))
  return log
}
const START = [{ commitInfo: { operation: 'WRITE' } }, { protocol: PROTOCOL }, { metaData: META }, add('a'), add('b')]
const lines = (log: CompactedLog): Record<string, never>[] => writeLog(log).split('\n').map((line) => JSON.parse(line) as Record<string, never>)
const files = (log: CompactedLog) => lines(log).flatMap((line) => ('add' in line ? [line.add as { path: string }] : []))

describe('a compacted log', () => {
  it('holds what was added and not removed, in the order of the names', () => {
    expect(files(logOf(START, [remove('a'), add('c')], [add('a'), remove('b')])).map(({ path }) => path)).toEqual(['a', 'c'])
  })

  it('keeps protocol and schema word for word, the newest of each', () => {
    const newer = { ...META, schemaString: '{"type":"struct","fields":[{"name":"é\\n","type":"long","nullable":true,"metadata":{}}]}' }
    expect(lines(logOf(START, [{ metaData: newer }])).slice(0, 2)).toEqual([{ protocol: PROTOCOL }, { metaData: newer }])
  })

  it('tells a file by its deletion vector too: one that leaves and comes back with another stays', () => {
    const log = logOf(START, [add('a', vector(1)), remove('a')], [remove('a', vector(1)), add('a', vector(40))])
    expect(files(log)).toMatchObject([{ path: 'a', deletionVector: { offset: 40 } }, { path: 'b' }])
    expect(countRows(log)).toBe(5 - 2 + 5)
  })

  it('keeps partition values and the number of rows, and no other statistics', () => {
    expect(files(logOf(START))[0]).toMatchObject({ partitionValues: { day: null }, size: 10, stats: '{"numRecords":5}' })
    const mute = logOf(START, [add('c', { stats: null })], [add('d', { stats: 'no json' })])
    expect(files(mute).slice(2).map((file) => 'stats' in file)).toEqual([false, false])
    expect(countRows(mute)).toBeNull()
  })

  it('refuses what it cannot stand for', () => {
    expect(() => logOf([{ sidecar: { path: 'x' } }])).toThrow(/sidecar/)
    expect(() => writeLog(logOf([add('a')]))).toThrow(/metaData/)
    const log = logOf(START)
    expect(() => addCommit(log, `${JSON.stringify(remove('a'))}\nno json`)).toThrow()
    expect(files(log)).toHaveLength(2)
  })
})

describe('a checksum', () => {
  const log = logOf(START)
  it.each([
    [{ protocol: PROTOCOL, metadata: META }, true],
    [{ protocol: { ...PROTOCOL, readerFeatures: ['columnMapping', 'deletionVectors'] }, metadata: { ...META, description: null }, numFiles: 3 }, true],
    [{ protocol: PROTOCOL, metadata: { ...META, schemaString: '{}' } }, false],
    [{ protocol: { ...PROTOCOL, minReaderVersion: 1 }, metadata: META }, false],
    [{ protocol: PROTOCOL }, false],
  ])('agrees or not: %#', (said, expected) => {
    expect(agrees(JSON.stringify(said), log)).toBe(expected)
  })

  it('that is no JSON does not', () => {
    expect(agrees('PAR1', log)).toBe(false)
  })
})
