import { describe, expect, it } from 'vitest'
import { appendTerminalText } from '#lib/domain/terminal-text.ts'

const show = (...pieces: string[]) => pieces.reduce(appendTerminalText, '')

describe('terminal text', () => {
  it('keeps plain text as it is', () => expect(show('a\n', 'b', 'c\n')).toBe('a\nbc\n'))
  it('shows only the last picture of a progress bar', () => expect(show('0%\r', '50%\r', '100%\n', 'done')).toBe('100%\ndone'))
  it('does the same when the return comes first', () => expect(show('\r 10%', '\r 20%', '\r100%')).toBe('100%'))
  it('takes a Windows line end as a line end', () => expect(show('a\r\nb\r', '\nc')).toBe('a\nb\nc'))
  it('leaves the lines above a bar alone', () => expect(show('head\n', '1\r2\r', '3')).toBe('head\n3'))
  it('lets a backspace take one character, and none before the line', () => expect(show('ab\b', 'c\b\b\b\bd')).toBe('d'))
  it('keeps ten thousand updates as one line', () => {
    const pieces = Array.from({ length: 10_000 }, (_, i) => `\r${i}`)
    expect(show(...pieces)).toBe('9999')
  })
})
