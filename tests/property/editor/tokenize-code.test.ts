/** Painted code is the same letters as the code, in every kind, whatever was typed. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CELL_KINDS } from '#lib/domain/cell.ts'
import { tokenizeCode } from '#lib/editor/tokenize-code.ts'

const piece = fc.oneof(fc.string(), fc.constantFrom('"', "'", '"""', "'''", '#', '--', '/*', '*/', '\n', '`', '```', 'def f(x):', 'select 1', '\\', 'ø', '1_000.5e-3', '@x', '# h'))
const source = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''))

describe('tokenize code', () => {
  it('loses and adds no letter', () => {
    fc.assert(fc.property(fc.constantFrom(...CELL_KINDS), source, (kind, text) => {
      expect(tokenizeCode(kind, text).map((token) => token.text).join('')).toBe(text)
    }))
  })

  it('takes a megabyte of quotes without trouble', () => {
    const startedAt = performance.now()
    tokenizeCode('python', '"\'`'.repeat(6000))
    expect(performance.now() - startedAt).toBeLessThan(500)
  })
})
