import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { differentInputs, linkState, pinsOf, provenanceState, UNTRACKED, UNTRACKED_SENTENCES, verdictState, type CellInputs, type ComparedTable, type InputNow, type InputTable, type LinkState, type TableVerdict } from '#lib/domain/provenance.ts'
import { describeInput, describeProvenance } from '#lib/ui/provenance/describe-provenance.ts'
import { describeCompared, describeVerdict, verdictBadge } from '#lib/ui/provenance/describe-verdict.ts'

const table = (change: Partial<InputTable> = {}): InputTable => ({ name: 'sales.orders', path: 'ws/1/tables/sales.db/orders', version: 3, isFixed: false, isSure: true, ...change })
const now = (change: Partial<InputNow> = {}): InputNow => ({ ...table(), state: 'same', newest: 3, ...change })
const same = { digest: 'a', parameters: { top: 3 } }
const stateOf = (tables: InputNow[], untracked: CellInputs['untracked'] = [], change: Partial<typeof same> = {}, links: LinkState[] = []) =>
  provenanceState({ ran: same, now: { ...same, ...change }, inputs: { tables, untracked, cells: [] }, links })

describe('whether an output still stands', () => {
  it.each([
    ['fresh', stateOf([now()])],
    ['fresh', stateOf([])],
    ['code-changed', stateOf([now({ state: 'moved' })], ['python'], { digest: 'b' })],
    ['parameters-changed', stateOf([now({ state: 'moved' })], [], { parameters: { top: 4 } })],
    ['inputs-moved', stateOf([now(), now({ path: 'p', state: 'moved', newest: 4 })])],
    ['inputs-moved', stateOf([now({ state: 'gone', newest: null })], ['chance'])],
    ['inputs-moved', stateOf([now({ state: 'remade' })])],
    ['not-tracked', stateOf([now()], ['clock'])],
    ['not-tracked', stateOf([now({ isSure: false })])],
    ['not-tracked', provenanceState({ ran: same, now: same, inputs: null, links: [] })],
    ['fresh', stateOf([now()], [], {}, ['same', 'same'])],
    ['cells-changed', stateOf([now()], [], {}, ['same', 'ran-again'])],
    ['cells-changed', stateOf([now({ state: 'moved' })], ['python'], {}, ['changed'])],
    ['cells-changed', stateOf([], [], {}, ['gone'])],
  ])('%s', (expected, found) => expect(found).toBe(expected))

  it('is fresh only where all is known and as it was [PROV1]', () => {
    const anyTable = fc.record({ state: fc.constantFrom('same' as const, 'moved' as const, 'remade' as const, 'gone' as const), isSure: fc.boolean(), isFixed: fc.boolean() }).map(now)
    const anyLinks = fc.array(fc.constantFrom<LinkState>('same', 'same', 'changed', 'ran-again', 'gone'), { maxLength: 3 })
    fc.assert(fc.property(fc.array(anyTable, { maxLength: 4 }), fc.uniqueArray(fc.constantFrom(...UNTRACKED), { maxLength: 3 }), fc.boolean(), anyLinks, (tables, untracked, isChanged, links) => {
      const isAsItWas = !isChanged && untracked.length === 0 && tables.every(({ state, isSure }) => state === 'same' && isSure) && links.every((state) => state === 'same')
      expect(stateOf(tables, untracked, isChanged ? { digest: 'b' } : {}, links) === 'fresh').toBe(isAsItWas)
    }))
  })

  it.each([
    ['same', { digest: 'a', newestRunId: 'run' }], ['same', { digest: 'a', newestRunId: null }], ['ran-again', { digest: 'a', newestRunId: 'later' }],
    ['changed', { digest: 'b', newestRunId: 'run' }], ['gone', undefined],
  ] as const)('a cell that it builds on is %s', (expected, today) => expect(linkState({ cellId: 'c1' as CellId, runId: 'run' as RunId, digest: 'a' }, today)).toBe(expected))
})

describe('pins', () => {
  const cell = (cellId: string, tables: InputTable[] | null) => ({ cellId: cellId as CellId, inputs: tables === null ? null : { tables, untracked: [] } })
  it('are what a cell read itself, then what the others did; what the code fixes needs none', () => {
    const other = table({ name: 'samples.flights', path: 'samples/flights', version: 0 })
    expect(pinsOf([cell('c1', [table()]), cell('c2', [table({ version: 4 }), other]), cell('c3', null), cell('c4', [table({ path: 'q', isFixed: true })])])).toEqual({
      c1: [{ name: 'sales.orders', path: table().path, version: 3 }, { name: 'samples.flights', path: 'samples/flights', version: 0 }],
      c2: [{ name: 'sales.orders', path: table().path, version: 4 }, { name: 'samples.flights', path: 'samples/flights', version: 0 }],
      c3: [{ name: 'sales.orders', path: table().path, version: 3 }, { name: 'samples.flights', path: 'samples/flights', version: 0 }],
      c4: [{ name: 'sales.orders', path: table().path, version: 3 }, { name: 'samples.flights', path: 'samples/flights', version: 0 }],
    })
  })

  it('name a table once in each cell, at a version at which some cell read it', () => {
    const anyTable = fc.record({ path: fc.constantFrom('a', 'b', 'c'), version: fc.nat(3), isFixed: fc.boolean() }).map(table)
    fc.assert(fc.property(fc.array(fc.array(anyTable, { maxLength: 4 }), { minLength: 1, maxLength: 4 }), (cells) => {
      const pins = Object.values(pinsOf(cells.map((tables, at) => cell(`c${at}`, tables))))
      const read = new Set(cells.flat().filter(({ isFixed }) => !isFixed).map(({ path, version }) => `${path}@${version}`))
      expect(pins).toHaveLength(cells.length)
      for (const own of pins) {
        expect(new Set(own.map(({ path }) => path)).size).toBe(own.length)
        expect(own.every(({ path, version }) => read.has(`${path}@${version}`))).toBe(true)
      }
    }))
  })

  it('were kept to where the re-run read the same', () => {
    const read = (...tables: InputTable[]): CellInputs => ({ tables, untracked: [] })
    expect(differentInputs(read(table()), read(table({ isFixed: true })))).toEqual([])
    expect(differentInputs(read(table()), read(table({ version: 5 })))).toEqual(['sales.orders'])
    expect(differentInputs(read(table({ name: null })), null)).toEqual(['orders'])
  })
})

describe('the verdict', () => {
  const compared = (...verdicts: TableVerdict[]): ComparedTable[] => verdicts.map((verdict, nth) => ({ cellId: 'c1' as CellId, nth, before: null, after: null, verdict }))
  const identical: Extract<TableVerdict, { state: 'identical' }> = { state: 'identical', rounded: 0, rows: 20_000, isCut: false }
  const cut = { ...identical, rows: 10_000, isCut: true }
  const words = (...verdicts: TableVerdict[]) => {
    const verdict = { state: verdictState(true, compared(...verdicts)), tables: compared(...verdicts), reasons: [] }
    return [describeVerdict(verdict), verdictBadge(verdict)]
  }
  it.each([
    ['identical', verdictState(true, compared(identical, { ...identical, rounded: 2 }))],
    ['differs', verdictState(true, compared(identical, { state: 'differs', onlyBefore: 1, onlyAfter: 0, isCut: false }))],
    ['differs', verdictState(true, compared({ state: 'not-compared', message: '' }, { state: 'missing' }))],
    ['not-compared', verdictState(true, compared(identical, { state: 'not-compared', message: '' }))],
    ['failed', verdictState(false, compared(identical))],
    ['nothing', verdictState(true, [])],
  ])('%s', (expected, found) => expect(found).toBe(expected))

  it('is told in words', () => {
    expect(describeCompared({ verdict: { ...identical, rounded: 1200 } })).toBe('identical but for the last digits of floating-point numbers in 1,200 rows')
    expect(describeCompared({ verdict: { state: 'differs', onlyBefore: 1, onlyAfter: 2, isCut: false } })).toBe('differs: 1 row only in the first run, 2 rows only in this one')
    expect(describeVerdict({ state: 'identical', tables: compared(identical), reasons: [{ cellId: 'c1' as CellId, sentences: ['x'] }] })).toContain('though not all')
    expect(words(identical, identical)).toEqual(['Identical: every table has the same rows as in the first run.', { tone: 'success', word: 'Identical' }])
  })

  it('speaks of tables that were cut for the rows that are kept, and is no full identity', () => {
    const badge = { tone: 'info', word: 'First rows identical' }
    expect(words(cut)).toEqual(['The first 10,000 rows are identical; more were not compared.', badge])
    expect(words(cut, cut)).toEqual(['The first 10,000 rows of each table are identical; more were not compared.', badge])
    const some = 'All rows that are kept are identical; some tables have more, which were not compared.'
    expect([words(identical, cut), words(cut, { ...cut, rows: 1000 })]).toEqual([[some, badge], [some, badge]])
    expect(describeVerdict({ state: 'identical', tables: compared(cut), reasons: [{ cellId: 'c1' as CellId, sentences: ['x'] }] })).toBe('The first 10,000 rows are identical; more were not compared, though not all that it was made of could be held still.')
    expect(describeCompared({ verdict: cut })).toBe('the first 10,000 rows are identical; more were not compared')
    expect(describeCompared({ verdict: { ...cut, rounded: 1 } })).toBe('the first 10,000 rows are identical but for the last digits of floating-point numbers in 1 row; more were not compared')
    expect(words(cut, { state: 'missing' })).toEqual(['Differs: not every table has the same rows as in the first run.', { tone: 'danger', word: 'Differs' }])
  })
})

describe('words', () => {
  it('say of each table what it was and is', () => {
    expect(describeInput(now())).toBe('Version 3, as it is now')
    expect(describeInput(now({ state: 'moved', newest: 5 }))).toBe('Version 3 then, 5 now')
    expect(describeInput(now({ isFixed: true, newest: 9 }))).toBe('Version 3, as the code asks for')
    expect(describeInput(now({ state: 'gone', newest: null }))).toBe('Version 3; it is gone now')
  })
  it('tell what is partly known from what is not known at all, and have a sentence for each reason', () => {
    expect([describeProvenance('not-tracked', 0).label, describeProvenance('not-tracked', 1).label]).toEqual(['Not tracked', 'Partly tracked'])
    expect(UNTRACKED.every((reason) => /^[A-Z].*\.$/.test(UNTRACKED_SENTENCES[reason]))).toBe(true)
  })
})
