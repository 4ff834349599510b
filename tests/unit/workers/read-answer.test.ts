/** Replies of a kernel as answers: what Jupyter says in its own words, and what no honest kernel would say. */
import { describe, expect, it } from 'vitest'
import { fromCodePoints, toCodePoints } from '#lib/domain/kernel-question.ts'
import { inspectionFrom, readAnswer, requestOf } from '#workers/kernels/read-answer.ts'

describe('completions', () => {
  const complete = (code: string, content: Record<string, unknown>) => readAnswer({ kind: 'complete', code, cursor: code.length }, { status: 'ok', ...content })

  it('leave out the dot that is there', () => {
    const content = { matches: ['.groupby'], cursor_start: 2, cursor_end: 6, metadata: { _jupyter_types_experimental: [{ text: '.groupby', type: 'function', signature: '(by)', start: 2, end: 6 }] } }
    expect(complete('df.gro', content)).toEqual({ start: 3, end: 6, items: [{ text: 'groupby', type: 'function', signature: '(by)' }] })
  })

  it('count letters as JavaScript does', () => {
    expect(requestOf({ kind: 'complete', code: '"🐟"; pri', cursor: 9 }).content.cursor_pos).toBe(8)
    expect(complete('"🐟"; pri', { matches: ['print'], cursor_start: 5, cursor_end: 8 })).toMatchObject({ start: 6, end: 9 })
    expect(fromCodePoints('a🐟b', toCodePoints('a🐟b', 3))).toBe(3)
  })

  it.each([
    { matches: 'x', cursor_start: 0, cursor_end: 1 }, { matches: [1], cursor_start: 0, cursor_end: 1 }, { matches: ['x'], cursor_start: -1, cursor_end: 1 }, {},
  ])('B11: are none when the reply is forged: %j', (content) => expect(complete('x', content)).toBeNull())

  it('B11: are cut to what a list can hold', () => {
    const found = complete('', { matches: Array.from({ length: 5000 }, () => 'x'.repeat(5000)), cursor_start: 0, cursor_end: 0 }) as { items: { text: string }[] }
    expect([found.items.length, found.items[0]!.text.length]).toEqual([400, 300])
  })
})

describe('a look at a name', () => {
  const look = (text: string) => inspectionFrom({ found: true, data: { 'text/plain': text } })

  it('reads IPython’s help without its colours', () => {
    expect(look('\u001b[31mSignature:\u001b[39m f(a, b=\u001b[32m2\u001b[39m)\n\u001b[31mDocstring:\u001b[39m doc\n\nmore\n\u001b[31mFile:\u001b[39m /tmp/x.py\n\u001b[31mType:\u001b[39m function'))
      .toEqual({ signature: 'f(a, b=2)', type: 'function', doc: 'doc\n\nmore' })
  })
  it('reads a signature of several lines, and a class', () => {
    expect(look('Init signature:\nA(\n    x=1,\n)\nDocstring:      <no docstring>\nInit docstring: makes it\nType: type')).toEqual({ signature: 'A(\n    x=1,\n)', type: 'type', doc: 'makes it' })
  })
  it('reads a value', () => expect(look('Type:        int\nString form: 7')).toEqual({ signature: null, type: 'int', doc: null }))
  it.each([{ found: false, data: {} }, { found: true, data: { 'text/plain': 7 } }, {}])('is none: %j', (content) => expect(inspectionFrom(content)).toBeNull())
})

describe('variables and catalog', () => {
  it('B11: are checked field by field', () => {
    const good = { name: 'x', type: 'int', shape: null, bytes: 28, preview: '7' }
    expect(readAnswer({ kind: 'variables' }, { status: 'ok', variables: [{ ...good, secret: 1 }], isCut: false })).toEqual({ variables: [good], isCut: false })
    expect(readAnswer({ kind: 'variables' }, { status: 'ok', variables: [{ ...good, bytes: 'many' }], isCut: false })).toBeNull()
    expect(readAnswer({ kind: 'catalog' }, { status: 'error', message: 'x' })).toBeNull()
    expect(readAnswer({ kind: 'catalog' }, { status: 'ok', tables: [], isComplete: true })).toEqual({ tables: [], isComplete: true })
  })
})
