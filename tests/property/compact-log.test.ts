/** Whatever a table went through, the log compacted in any number of steps has the files that are there at its end. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addCommit, emptyLog, writeLog } from '#lib/domain/compact-log.ts'

const change = fc.record({ path: fc.constantFrom('a', 'b', 'p=1/c', 'd%20e'), vector: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }), isAdded: fc.boolean() })
const START = [{ protocol: { minReaderVersion: 1 } }, { metaData: { schemaString: '{}' } }].map((line) => JSON.stringify(line)).join('\n')
const lineOf = ({ path, vector, isAdded }: { path: string; vector: number | null; isAdded: boolean }) => {
  const file = { path, ...(vector === null ? {} : { deletionVector: { storageType: 'u', pathOrInlineDv: 'x', offset: vector } }) }
  return JSON.stringify(isAdded ? { add: file } : { remove: file })
}

it('is the same in one go, step by step, and from what was compacted before', () => {
  fc.assert(fc.property(fc.array(fc.uniqueArray(change, { selector: ({ path, vector }) => `${path}#${vector}`, maxLength: 4 }), { maxLength: 12 }), fc.nat(12), (commits, cut) => {
    const there = new Set<string>()
    for (const commit of commits) for (const { path, vector, isAdded } of commit) there[isAdded ? 'add' : 'delete'](`${path}#${vector}`)
    const whole = emptyLog()
    for (const text of [START, ...commits.map((commit) => commit.map(lineOf).join('\n'))]) addCommit(whole, text)
    const first = emptyLog()
    for (const text of [START, ...commits.slice(0, cut).map((commit) => commit.map(lineOf).join('\n'))]) addCommit(first, text)
    const rest = emptyLog()
    for (const text of [writeLog(first), ...commits.slice(cut).map((commit) => commit.map(lineOf).join('\n'))]) addCommit(rest, text)
    expect(writeLog(rest)).toBe(writeLog(whole))
    const found = writeLog(whole).split('\n').slice(2).map((line) => (JSON.parse(line) as { add: { path: string; deletionVector?: { offset: number } } }).add)
    expect(new Set(found.map(({ path, deletionVector }) => `${path}#${deletionVector?.offset ?? null}`))).toEqual(there)
  }), { numRuns: 300 })
})
