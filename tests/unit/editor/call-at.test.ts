/** Which call a cursor is in, and its signature: tables of code as it is while somebody types. `|` is the cursor. */
import { describe, expect, it } from 'vitest'
import { callAt, parameterAt, placeAfter, readSignature } from '#lib/editor/call-at.ts'

const at = (marked: string) => {
  const cursor = marked.indexOf('|')
  const code = marked.replace('|', '')
  const call = callAt(code, cursor)
  return call === null ? null : { name: /[\w.]*$/.exec(code.slice(0, call.calleeEnd))![0], argument: call.argument, keyword: call.keyword }
}

describe('callAt', () => {
  it.each<[string, ReturnType<typeof at>]>([
    ['f(|)', { name: 'f', argument: 0, keyword: null }],
    ['f(1, |', { name: 'f', argument: 1, keyword: null }],
    ['df.groupby("a, b", |', { name: 'df.groupby', argument: 1, keyword: null }],
    ['f(g(1, 2), [3, 4], {5: 6}, |', { name: 'f', argument: 3, keyword: null }],
    ['f(g(1, |2)', { name: 'g', argument: 1, keyword: null }],
    ['f(a, by=|', { name: 'f', argument: 1, keyword: 'by' }],
    ['f(a == |', { name: 'f', argument: 0, keyword: null }],
    ['x = 1\nf(\n  a, # one, two\n  |', { name: 'f', argument: 1, keyword: null }],
    ["f('''a,\n(''', |", { name: 'f', argument: 1, keyword: null }],
    ['f(1)|', null],
    ['(1, |', null],
    ['f([1, |', null],
    ['f("text |', null],
    ['f(1, # note |', null],
    ['def f(a, |', null],
    ['class A(|', null],
    ['if (|', null],
    ['return (|', null],
  ])('%s', (marked, expected) => expect(at(marked)).toEqual(expected))
})

describe('placeAfter', () => {
  it.each([
    ['x = 1', 'code'], ['# a', 'comment'], ['# a\n', 'code'], ['"a', 'string'], ['"a"', 'code'], ["\"it's", 'string'], ["\"a 'b'", 'string'], ["'it\\'s", 'string'],
    ['"a\n', 'code'], ['"""a\n', 'string'], ['"""a "b" # c', 'string'], ['"""a"""', 'code'], ['""', 'code'], ['"#"', 'code'], ['f("{x', 'string'],
  ] as const)('%j is in %s', (text, place) => expect(placeAfter(text)).toBe(place))
})

describe('readSignature', () => {
  it.each<[string, string[]]>([
    ['f(a, b=2)', ['a', 'b=2']],
    ['f(\n    by=None,\n    axis: "Axis | lib.NoDefault" = <no_default>,\n    *args: int,\n    **kwargs,\n) -> "DataFrame"', ['by=None', 'axis: "Axis | lib.NoDefault" = <no_default>', '*args: int', '**kwargs']],
    ['f(a, /, b, *, c=(1, 2), d="x, y")', ['a', 'b', 'c=(1, 2)', 'd="x, y"']],
    ['f()', []],
    ['no signature', []],
  ])('%s', (text, expected) => {
    const { label, parameters } = readSignature(text)
    expect(parameters.map(({ start, end }) => label.slice(start, end))).toEqual(expected)
    expect(label).not.toContain('\n')
  })

  it.each([['f(a, b, *args, c)', 'f(1, |', 1], ['f(a, *args, c)', 'f(1, 2, 3, |', 1], ['f(a, b, *, c)', 'f(c=|', 2], ['f(a)', 'f(zz=|', -1]])('%s: %s is parameter %i', (text, marked, expected) => {
    const call = callAt(marked.replace('|', ''), marked.indexOf('|'))!
    expect(parameterAt(readSignature(text), call)).toBe(expected)
  })
})
