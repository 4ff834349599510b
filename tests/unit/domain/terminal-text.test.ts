import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_TEXT, writeTerminal } from '#lib/domain/terminal-text.ts'

const written = (...pieces: string[]) => pieces.reduce(writeTerminal, NO_TEXT)
const show = (...pieces: string[]) => written(...pieces).text
/** What is seen: no codes, no blanks at the end of lines. */
const bare = (text: string) => text.replace(/\x1b\[[\d;]*m/g, '').replace(/ +$/gm, '')

describe('terminal text', () => {
  it('keeps plain text as it is', () => expect(show('a\n', 'b', 'c\n')).toBe('a\nbc\n'))
  it('shows only the last picture of a progress bar', () => expect(show('0%\r', '50%\r', '100%\n', 'done')).toBe('100%\ndone'))
  it('does the same when the return comes first', () => expect(show('\r 10%', '\r 20%', '\r100%')).toBe('100%'))
  it('writes over a line as a terminal does: what is not written over stays', () => expect(show('long text\r', 'ab')).toBe('abng text'))
  it('goes on where it was in the line', () => expect(show('abcdef\rX', 'Y')).toBe('XYcdef'))
  it('takes a Windows line end as a line end', () => expect(show('a\r\nb\r', '\nc')).toBe('a\nb\nc'))
  it('leaves the lines above a bar alone', () => expect(show('head\n', '1\r2\r', '3')).toBe('head\n3'))
  it('goes back by a backspace, never before the line', () => expect(show('x\nab\b', 'c\b\b\b\bd')).toBe('x\ndc'))
  it('erases a line, as pip and rich do', () => expect(show('downloading 10%', '\r\x1b[2K', 'done')).toBe('done'))
  it('moves up and down, as nested bars do', () => expect(show('outer 1\ninner 1', '\x1b[A\r', 'outer 2', '\n\rinner 9')).toBe('outer 2\ninner 9'))
  it('joins an escape that came in two pieces', () => expect(show('abc\x1b[', '2K\rx')).toBe('x'))
  it('keeps colours, also those written over', () => {
    expect(show('\x1b[32mdone\x1b[0m 10%\r', '\x1b[32mdone\x1b[0m 20%')).toMatch(/^\x1b\[(0;)?32mdone\x1b\[0m 20%$/)
    expect(show('\x1b[38;5;208m10%\r', '20%')).toBe('\x1b[38;5;208m20%')
  })
  it('keeps ten thousand updates as one line', () => {
    const pieces = Array.from({ length: 10_000 }, (_, i) => `\r${i}`)
    expect(show(...pieces)).toBe('9999')
  })
  it('does not depend on how the text was cut into pieces', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ø', '😀', '\n', '\r', '\b', '\x1b[31m', '\x1b[0m', '\x1b[A', '\x1b[2K', '\x1b[K', '\x1b[3C'), maxLength: 25 })
    fc.assert(fc.property(fc.array(text, { maxLength: 5 }), (pieces) => {
      const [apart, whole] = [written(...pieces), written(pieces.join(''))]
      expect(bare(apart.text)).toBe(bare(whole.text))
    }), { numRuns: 500 })
  })
  it('is quick with a bar below a long text', () => {
    const begun = performance.now()
    let shown = { text: 'x'.repeat(79).concat('\n').repeat(3000), back: 0 }
    for (let i = 0; i < 2000; i++) shown = writeTerminal(shown, `\r${i}%`)
    expect(shown.text.endsWith('\n1999%')).toBe(true)
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})
