/** What is said of two runs' outputs: the same is only what was looked at. */
import { describe, expect, it } from 'vitest'
import type { MimeBundle, Output } from '#lib/domain/feed.ts'
import type { ResultId, RunId } from '#lib/domain/ids.ts'
import { compareOutputs, verdictOf } from '#lib/ui/runs/compare-outputs.ts'

const print = (text: string): Output => ({ kind: 'stream', name: 'stdout', text })
const display = (data: MimeBundle): Output => ({ kind: 'display', data, displayId: null, isUpdate: false })
const plot = (base64: string): Output => display({ 'text/plain': '<Figure size 640x480 with 1 Axes>', 'image/png': base64 })
const omitted = (chars: number): Output => ({ kind: 'omitted', runId: 'r' as RunId, textId: 't', chars, keptBytes: chars, isJump: false })
const table = (rows: number, type = 'bigint'): Output => ({ kind: 'result', resultId: `r${Math.random()}` as ResultId, columns: [{ name: 'id', type }], rows, truncated: false, text: 'Table' })
const error = (frames: string[], jvmTrace: string | null = null): Output => ({ kind: 'error', name: 'ValueError', message: 'no', frames, jvmTrace })
const said = (before: Output[], after: Output[]) => {
  const compared = compareOutputs(before, after)
  return { verdict: verdictOf(compared), differs: compared.differs, notCompared: compared.notCompared }
}
const SAME = { verdict: 'the same in both', differs: [], notCompared: [] }

describe('text', () => {
  it('is the same where all of it is', () => {
    expect(said([print('a\n')], [print('a\n')])).toEqual(SAME)
    expect(said([print('a\n')], [print('b\n')])).toEqual({ verdict: '', differs: [], notCompared: [] })
  })

  it('that was left out in the middle is not called the same, and another length is told', () => {
    const long = (chars: number) => [print('head\n'), omitted(chars), print('tail\n')]
    expect(said(long(9_000_000), long(9_000_000))).toEqual({ verdict: 'the same in both, as far as it was compared', differs: [], notCompared: [expect.stringContaining('middle of long printed text was not compared')] })
    expect(said(long(9_000_000), long(9_000_001))).toMatchObject({ verdict: '', differs: ['9,000,000 characters were printed in the earlier run, 9,000,001 in the later.'] })
    expect(said([print('head\n')], long(9_000_000)).notCompared).toHaveLength(1)
  })
})

describe('what is drawn', () => {
  it('is compared by what it draws and not by its caption', () => {
    expect(said([plot('iVBO')], [plot('iVBO')])).toEqual(SAME)
    expect(said([plot('iVBO')], [plot('iVBP')])).toEqual({ verdict: '', differs: ['The picture differs.'], notCompared: [] })
  })

  it('is told by its number where there are more', () => {
    expect(said(['a', 'b', 'c'].map(plot), ['a', 'x', 'c'].map(plot)).differs).toEqual(['Of 3 pictures one differs: number 2.'])
    expect(said(['a', 'b', 'c'].map(plot), ['y', 'x', 'c'].map(plot)).differs).toEqual(['Of 3 pictures 2 differ: numbers 1, 2.'])
    expect(said([plot('a')], ['a', 'b'].map(plot)).differs).toEqual(['1 picture in the earlier run, 2 pictures in the later.'])
    const many = (letter: string) => Array.from({ length: 40 }, () => plot(letter))
    expect(said(many('a'), many('b')).differs).toEqual(['Of 40 pictures 40 differ: numbers 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ….'])
  })

  it.each<[string, MimeBundle, MimeBundle]>([
    ['The chart differs.', { 'application/vnd.vegalite.v5+json': '{"mark":"bar"}', 'text/plain': 'c' }, { 'application/vnd.vegalite.v5+json': '{"mark":"line"}', 'text/plain': 'c' }],
    ['The HTML output differs.', { 'text/html': '<b>1</b>', 'text/plain': 'h' }, { 'text/html': '<b>2</b>', 'text/plain': 'h' }],
    ['The picture differs.', { 'image/svg+xml': '<svg/>', 'text/plain': 's' }, { 'image/svg+xml': '<svg><g/></svg>', 'text/plain': 's' }],
    ['The formatted text differs.', { 'text/markdown': '*a*', 'text/plain': 'm' }, { 'text/markdown': '*b*', 'text/plain': 'm' }],
    ['The JSON value differs.', { 'application/json': '{"a":1}', 'text/plain': 'j' }, { 'application/json': '{"a":2}', 'text/plain': 'j' }],
  ])('%s', (sentence, before, after) => {
    expect(said([display(before)], [display(after)])).toEqual({ verdict: '', differs: [sentence], notCompared: [] })
    expect(said([display(before)], [display(before)])).toEqual(SAME)
  })

  it('is what stands there in the end: what was cleared is not looked at', () => {
    expect(said([plot('old'), { kind: 'clear' }, plot('a')], [plot('a')])).toEqual(SAME)
  })
})

describe('tables and errors', () => {
  it('of a table only the shape is compared, and that is said', () => {
    expect(said([table(3)], [table(3)])).toEqual({ verdict: 'the same in both, as far as it was compared', differs: [], notCompared: ['The rows of tables were not compared here.'] })
    for (const other of [table(4), table(3, 'string')]) expect(said([table(3)], [other])).toMatchObject({ verdict: '', differs: ['The tables have other columns, or another number of rows.'] })
  })

  it('an error with the same words may have come by another way', () => {
    expect(said([error(['line 1'])], [error(['line 1'])])).toEqual(SAME)
    expect(said([error(['line 1'])], [error(['line 2'])])).toMatchObject({ verdict: '', differs: ['The error came by another way: its trace differs.'] })
    expect(said([error(['line 1'], 'at org.apache')], [error(['line 1'], 'at org.apache')])).toMatchObject({ verdict: 'the same in both, as far as it was compared', notCompared: ['JVM traces were not compared.'] })
  })
})
