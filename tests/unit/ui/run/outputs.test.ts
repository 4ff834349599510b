/** S1: what of a cell's output reaches the page, in which form, and that text stays text. */
import { describe, expect, it } from 'vitest'
import { pickDisplay } from '#lib/ui/run/pick-display.ts'
import { errorText, readError } from '#lib/ui/run/read-error.ts'
import { readImageSize } from '#lib/ui/run/read-image-size.ts'
import { ansiToHtml, cutText, HEAD_LINES, TAIL_LINES } from '#lib/ui/run/render-stream.ts'

describe('a stream', () => {
  it('S1: escapes everything and makes colours of codes', () => {
    const html = ansiToHtml('\x1b[31m<img src=x onerror=alert(1)>\x1b[0m & "q"')
    expect(html).toContain('<span class="ansi-red-fg">')
    expect(html).not.toMatch(/<img/)
  })
  it('keeps to the eight colours that can be read in both themes', () => {
    expect(ansiToHtml('\x1b[38;5;28;01mfrom\x1b[39;00m')).toContain('ansi-green-fg')
    expect(ansiToHtml('\x1b[38;2;250;30;20mx\x1b[0m')).toContain('ansi-red-fg')
    expect(ansiToHtml('\x1b[38;5;241mgrey\x1b[0m')).not.toMatch(/rgb|ansi-\w+-fg/)
    expect(ansiToHtml('\x1b[48;5;21;38;5mx\x1b[0m')).not.toContain('rgb')
  })
  it('S1: makes no links of terminal links', () => {
    expect(ansiToHtml('\x1b]8;;javascript:alert(1)\x07press\x1b]8;;\x07')).not.toMatch(/<a|href/)
  })
  it('keeps head and tail of a long text and counts what is between', () => {
    const text = Array.from({ length: 1000 }, (_, i) => `line ${i}`).join('\n')
    const cut = cutText(text)
    expect(cut.hiddenLines).toBe(1000 - HEAD_LINES - TAIL_LINES)
    expect(cut.head.startsWith('line 0\n')).toBe(true)
    expect(cut.tail.endsWith('line 999')).toBe(true)
  })
  it('hides nothing for a handful of lines', () => expect(cutText("a\n".repeat(70)).hiddenLines).toBe(0))
})

describe('a display', () => {
  it('S1: HTML and SVG go to the sandbox', () => {
    expect(pickDisplay({ 'text/html': '<b>', 'text/plain': 'x' }).form).toBe('html')
    expect(pickDisplay({ 'image/svg+xml': '<svg onload=alert(1)>', 'image/png': 'AA' }).form).toBe('html')
  })
  it('shows a picture with words for those who do not see it', () => {
    expect(pickDisplay({ 'image/png': 'AA', 'text/plain': '<Figure size 640x480 with 1 Axes>' })).toMatchObject({ form: 'picture', alt: 'Picture made by this cell' })
  })
  it('falls back to text', () => expect(pickDisplay({ 'text/plain': '42' })).toEqual({ form: 'text', text: '42' }))
  it('writes JSON out', () => expect(pickDisplay({ 'application/json': '{"a":1}' })).toEqual({ form: 'text', text: '{\n  "a": 1\n}' }))
})

describe('a picture’s size', () => {
  it('is read from PNG and GIF', () => {
    expect(readImageSize('iVBORw0KGgoAAAANSUhEUgAAAAUAAAAHCAYAAADAp4fuAAAADklEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')).toEqual({ width: 5, height: 7 })
    expect(readImageSize(btoa('GIF89a\x03\x00\x04\x00' + '\x00'.repeat(20)))).toEqual({ width: 3, height: 4 })
  })
  it('is unknown for anything else, without trouble', () => {
    expect(readImageSize('%%%')).toBeNull()
    expect(readImageSize(btoa('\xff\xd8' + '\xff'.repeat(40)))).toBeNull()
  })
})

describe('an error', () => {
  const frames = ['Cell, line 2\n----> 2 1 / 0', 'File /lib/python/thing.py:10, in f\n   10 raise', '\x1b[31mZeroDivisionError\x1b[0m: division by zero']
  const error = { name: 'ZeroDivisionError', message: 'division by zero', frames, jvmTrace: null }
  it('parts the person’s own frames from those of libraries and finds the line', () => {
    expect(readError(error)).toEqual({ own: [frames[0]], rest: [frames[1]], libraryFrames: 1, line: 2 })
  })
  it('finds the line of a text that could not be read', () => {
    expect(readError({ name: 'SyntaxError', message: 'invalid syntax (line 3)', frames: [] }).line).toBe(3)
  })
  it('is copied whole, without colour codes', () => {
    expect(errorText({ name: 'ValueError', message: 'no', frames: ['\x1b[31mCell\x1b[0m'], jvmTrace: 'at org.apache' })).toBe('Cell\nValueError: no\nat org.apache')
  })
})
