/** S1: what of a cell's output reaches the page, in which form, and that text stays text. */
import { describe, expect, it } from 'vitest'
import { pickDisplay } from '#lib/ui/run/pick-display.ts'
import { ownPlace, readTrace } from '#lib/domain/error-trace.ts'
import { readBars } from '#lib/ui/run/read-bars.ts'
import { errorText, readError } from '#lib/ui/run/read-error.ts'
import { readImageSize } from '#lib/ui/run/read-image-size.ts'
import { ansiToHtml, cutText, HEAD_CHARS, HEAD_LINES, TAIL_CHARS, TAIL_LINES } from '#lib/ui/run/render-stream.ts'

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
  it('keeps head and tail of one endless line', () => {
    const cut = cutText('x'.repeat(200_000))
    expect([cut.head.length, cut.tail.length, cut.hiddenLines, cut.hiddenChars]).toEqual([HEAD_CHARS, TAIL_CHARS, 0, 200_000 - HEAD_CHARS - TAIL_CHARS])
  })
  it('shows beside left-out text only the side away from it', () => {
    const text = Array.from({ length: 1000 }, (_, i) => `line ${i}`).join('\n')
    expect(cutText(text, 'head')).toMatchObject({ tail: '', hiddenLines: 1000 - HEAD_LINES })
    const tail = cutText(text, 'tail')
    expect([tail.head, tail.tail.split('\n').length, tail.hiddenLines]).toEqual(['', TAIL_LINES, 1000 - TAIL_LINES])
  })
  it('hides nothing for a handful of lines', () => expect(cutText("a\n".repeat(70)).hiddenLines).toBe(0))
})

describe('a bar written as text', () => {
  it('is read from what tqdm writes, with the text before it', () => {
    const { text, bars } = readBars('loading\ntrain:  45%|████▌     | 45/100 [00:04<00:05, 10.20it/s]')
    expect(text).toBe('loading')
    expect(bars).toEqual([{ label: 'train', percent: 45, count: '45/100', pace: '00:04<00:05, 10.20it/s' }])
  })
  it('may be one of several, with a note of its own, and without a label', () => {
    const { bars } = readBars(' 10%|█         | 1/10 [00:00<00:01]\nepoch 2: 100%|██████████| 5.00/5.00 [00:01<00:00, 4.9B/s, loss=0.1]\n')
    expect(bars.map(({ label, percent }) => [label, percent])).toEqual([['', 10], ['epoch 2', 100]])
  })
  it('is nothing that only looks like it', () => {
    for (const text of ['50%|a|b', 'a 500%|#| 1/2 [x]', 'plain', 'rate 5% | 3/4']) expect(readBars(text)).toEqual({ text, bars: [] })
  })
})

describe('a display', () => {
  it('S1: HTML and SVG go to the sandbox', () => {
    expect(pickDisplay({ 'text/html': '<b>', 'text/plain': 'x' }).form).toBe('html')
    expect(pickDisplay({ 'image/svg+xml': '<svg onload=alert(1)>', 'image/png': 'AA' }).form).toBe('html')
  })
  it('shows a picture with words for those who do not see it', () => {
    expect(pickDisplay({ 'image/png': 'AA', 'text/plain': '<Figure size 640x480 with 1 Axes>' })).toMatchObject({ form: 'picture', alt: 'Picture made by this cell' })
  })
  it('takes the forms in Jupyter’s order', () => {
    const all = { 'text/plain': 'p', 'application/json': '1', 'image/png': 'AA', 'image/svg+xml': '<svg>', 'text/latex': '$x$', 'text/markdown': 'm', 'text/html': '<b>', 'application/vnd.vegalite.v5+json': '{}' }
    const order = ['chart', 'html', 'markdown', 'markdown', 'html', 'picture', 'text', 'text']
    const mimes = Object.keys(all).reverse()
    for (const [at, form] of order.entries()) expect(pickDisplay(Object.fromEntries(Object.entries(all).filter(([mime]) => !mimes.slice(0, at).includes(mime)))).form).toBe(form)
  })
  it('makes a block of a formula in whatever it was wrapped', () => {
    for (const latex of ['$x$', '$$x$$', '$\\displaystyle x$', '\\begin{equation*}x\\end{equation*}', '\\[x\\]']) expect(pickDisplay({ 'text/latex': latex })).toEqual({ form: 'markdown', markdown: '$$\nx\n$$' })
  })
  it('leaves text with formulas in it as text', () => {
    expect(pickDisplay({ 'text/latex': 'from $a$ to \\(b\\)' })).toEqual({ form: 'markdown', markdown: 'from $a$ to $b$' })
  })
  it('says of a widget and of JavaScript what is not done with it', () => {
    expect(pickDisplay({ 'application/vnd.jupyter.widget-view+json': '{}', 'text/plain': 'IntSlider(value=7)', 'text/html': '<b>' })).toEqual({ form: 'widget', text: 'IntSlider(value=7)' })
    expect(pickDisplay({ 'application/javascript': 'x', 'text/plain': '<Javascript object>' })).toEqual({ form: 'nothing', types: 'application/javascript' })
    expect(pickDisplay({})).toEqual({ form: 'nothing', types: '' })
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
  it.each([
    ['[PARSE_SYNTAX_ERROR] Syntax error at or near end of input. SQLSTATE: 42601 (line 2, column 8)', 2],
    ["[PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'. SQLSTATE: 42601 (line 3, column 1)\n\n== SQL ==\nselec 2\n^^^", 3],
    ['[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found. SQLSTATE: 42P01; line 4, column 6', 4],
    ['[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012\n== SQL (line 5, column 8) ==\nselect 1 / 0\n       ^^^^^', 5],
  ])('B7: finds the line that Spark names: %s', (message, line) => expect(readError({ name: 'ParseException', message, frames: [] }).line).toBe(line))
  it('is copied whole, without colour codes', () => {
    expect(errorText({ name: 'ValueError', message: 'no', frames: ['\x1b[31mCell\x1b[0m'], jvmTrace: 'at org.apache' })).toBe('Cell\nValueError: no\nat org.apache')
  })
})

describe('an error as data', () => {
  const frame = (given: object) => ({ cell: null, own: false, file: 'lib.py', line: 3, function: 'f', code: [[3, 'x']], mark: null, repeats: 0, skipped: 0, ...given })
  it('leads to the innermost frame of the person’s own text, or to that of a cause', () => {
    const links = readTrace([{ name: 'A', frames: [frame({ own: true, cell: 'c1', line: 1 }), frame({ own: true, cell: 'c2', line: 7 }), frame({})] }])!
    expect(ownPlace(links)).toMatchObject({ cellId: 'c2', line: 7 })
    expect(ownPlace(readTrace([{ name: 'A', frames: [frame({})] }, { name: 'B', relation: 'cause', frames: [frame({ own: true, cell: 'c3', line: 2 })] }])!)).toMatchObject({ cellId: 'c3' })
    expect(ownPlace(readTrace([{ name: 'A', frames: [] }])!)).toBeNull()
  })
  it('is read field by field: what is not a trace is none, what is too much is cut', () => {
    for (const none of [undefined, null, 'x', {}, []]) expect(readTrace(none)).toBeNull()
    const many = readTrace(Array.from({ length: 99 }, () => ({ name: 'n'.repeat(999), notes: [1, 'a'], relation: 'evil', depth: 1e9, frames: Array.from({ length: 999 }, () => frame({ cell: '../x', line: -1, code: 'no' })) })))!
    expect([many.length, many[0]?.frames.length, many[0]?.name.length, many[0]?.relation, many[0]?.depth]).toEqual([20, 100, 200, null, 10])
    expect(many[0]?.frames[0]).toMatchObject({ cellId: null, line: 0, code: [] })
  })
})
