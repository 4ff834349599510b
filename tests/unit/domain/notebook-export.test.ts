/** A notebook as a file: what is in each format, and names for files that no title can make dangerous. */
import { describe, expect, it } from 'vitest'
import { attachment, exportFileName } from '#lib/domain/export-file.ts'
import type { Output } from '#lib/domain/feed.ts'
import type { CellId, NotebookId, ResultId, RunId, ThreadId } from '#lib/domain/ids.ts'
import { NOTHING_SHOWN, shownCells, writeExport, type ExportedCell, type ExportedThread } from '#lib/domain/notebook-export.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import type { Run, RunCell } from '#lib/domain/run.ts'
import { PLAIN_VIEW } from '#lib/domain/table-view.ts'
import { ipynbComplaints } from '../../support/check-ipynb.ts'

const cell = (id: string, kind: ExportedCell['kind'], source: string, more: Partial<ExportedCell> = {}): ExportedCell => ({ id: id as CellId, kind, source, shown: NOTHING_SHOWN, lock: null, threads: [], ...more })
const showing = (...outputs: Output[]) => ({ shown: { executionCount: 3, ranAt: '2026-11-01T10:00:00.000Z', outputs } })
const display = (data: Record<string, string>, more: { displayId?: string; isUpdate?: boolean } = {}): Output => ({ kind: 'display', data, displayId: more.displayId ?? null, isUpdate: more.isUpdate ?? false })

const thread: ExportedThread = {
  id: 't' as ThreadId, notebookId: 'n' as NotebookId, cellId: 'a' as CellId, anchor: { kind: 'text', start: {}, end: {} }, quote: 'rate', range: { start: 0, end: 4 },
  createdAt: '2026-11-01T09:00:00.000Z', resolvedAt: null, resolvedBy: null,
  comments: [
    { id: 'c1' as never, author: { id: 'u1' as never, name: 'Ada' }, body: 'Why 7?', mentions: [], createdAt: '2026-11-01T09:00:00.000Z', editedAt: null, deletedAt: null },
    { id: 'c2' as never, author: { id: null, name: 'Bob' }, body: '', mentions: [], createdAt: '2026-11-01T09:01:00.000Z', editedAt: null, deletedAt: '2026-11-01T09:02:00.000Z' },
  ],
}
const OUTPUTS: Output[] = [
  { kind: 'stream', name: 'stdout', text: 'one\ntwo\n' },
  display({ 'text/html': '<b>1</b>', 'text/plain': '1' }),
  display({ 'image/png': 'aGk=', 'text/plain': '<Figure>' }),
  display({ 'application/json': '[1, {"a": null}]', 'application/vnd.vega.v5+json': '{"mark":"bar"}', 'application/x+json': '{broken', 'text/plain': '[…]' }),
  { kind: 'result', resultId: 'r' as ResultId, columns: [{ name: 'a', type: 'int' }], rows: 2, truncated: true, text: '  a\n0 1' },
  { kind: 'notice', text: 'Output was cut at 2 MB.' },
  { kind: 'error', name: 'ValueError', message: 'no `rate`', frames: ['\u001b[31mCell\u001b[0m line 1'], jvmTrace: 'at org.apache' },
  { kind: 'progress', stages: [] },
]
const FULL = { title: 'Delays by carrier', cells: [
  cell('t', 'markdown', 'Text with ``` in it\n'),
  cell('a', 'python', 'rate = 7\nprint(rate)', { ...showing(...OUTPUTS), threads: [thread], lock: { by: 'Olga', at: Date.UTC(2026, 10, 1) } }),
  cell('b', 'sql', 'select 1', { lock: { by: '', at: 1e300 } }),
  cell('c', 'chart', '{"cellId":"b"}'),
  cell('d', 'python', ''),
] }

const ipynb = (notebook = FULL) => JSON.parse(writeExport(notebook, 'ipynb')) as { cells: Record<string, unknown>[]; metadata: Record<string, unknown> }

describe('the Jupyter notebook', () => {
  it('is valid by the rules of nbformat 4.5, also with nothing in it', () => {
    expect(ipynbComplaints(writeExport(FULL, 'ipynb'))).toEqual([])
    expect(ipynbComplaints(writeExport({ title: '', cells: [] }, 'ipynb'))).toEqual([])
  })

  it('would be complained of if it were not (so says the one who checks)', () => {
    const broken = (change: (notebook: ReturnType<typeof ipynb>) => void) => {
      const notebook = ipynb()
      change(notebook)
      return ipynbComplaints(JSON.stringify(notebook))
    }
    expect(broken(({ cells }) => Object.assign(cells[0]!, { id: '../x' }))).toEqual(['cell 0: id'])
    expect(broken(({ cells }) => Object.assign(cells[0]!, { id: 'a' }))).toEqual(['an id twice'])
    expect(broken(({ cells }) => Object.assign(cells[0]!, { outputs: [] }))).toHaveLength(1)
    expect(broken(({ cells }) => Object.assign(cells[1]!, { outputs: [{ output_type: 'stream', name: 'stdout' }] }))).toEqual(['cell 1: output stream'])
    expect(broken(({ metadata }) => void delete metadata.kernelspec)).toEqual(['kernelspec'])
  })

  it('keeps ids, kinds and sources, line by line', () => {
    const { cells } = ipynb()
    expect(cells.map(({ id, cell_type, source }) => [id, cell_type, source])).toEqual([
      ['t', 'markdown', ['Text with ``` in it\n']], ['a', 'code', ['rate = 7\n', 'print(rate)']], ['b', 'code', ['%%sql\n', 'select 1']], ['c', 'raw', ['{"cellId":"b"}']], ['d', 'code', []],
    ])
    expect(cells.map(({ metadata }) => (metadata as { dataharbour: { kind: string } }).dataharbour.kind)).toEqual(['markdown', 'python', 'sql', 'chart', 'python'])
  })

  it('shows what the cell showed: text, HTML, pictures, JSON, tables, notices and errors', () => {
    const code = ipynb().cells[1] as unknown as { outputs: object[]; execution_count: number }
    expect(code.execution_count).toBe(3)
    expect(code.outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: ['one\n', 'two\n'] },
      { output_type: 'display_data', metadata: {}, data: { 'text/html': ['<b>1</b>'], 'text/plain': ['1'] } },
      { output_type: 'display_data', metadata: {}, data: { 'image/png': 'aGk=', 'text/plain': ['<Figure>'] } },
      { output_type: 'display_data', metadata: {}, data: { 'application/json': [1, { a: null }], 'application/vnd.vega.v5+json': { mark: 'bar' }, 'text/plain': ['[…]'] } },
      { output_type: 'display_data', metadata: { dataharbour: { resultId: 'r', columns: [{ name: 'a', type: 'int' }], rows: 2, truncated: true } }, data: { 'text/plain': ['  a\n', '0 1'] } },
      { output_type: 'stream', name: 'stderr', text: ['Output was cut at 2 MB.\n'] },
      { output_type: 'error', ename: 'ValueError', evalue: 'no `rate`', traceback: ['\u001b[31mCell\u001b[0m line 1', 'at org.apache'] },
    ])
  })

  it('shows a chart that could be drawn, and keeps what was chosen', () => {
    const drawn = { title: '', cells: [cell('c', 'chart', '{"cellId":"b"}', { drawing: { spec: { mark: 'bar' }, text: 'bars of rows by city\nname' } })] }
    expect(ipynbComplaints(writeExport(drawn, 'ipynb'))).toEqual([])
    expect(ipynb(drawn as unknown as typeof FULL).cells[0]).toEqual({
      cell_type: 'code', id: 'c', execution_count: null, source: ['# A chart: bars of rows by city name'], metadata: { dataharbour: { kind: 'chart', source: '{"cellId":"b"}' } },
      outputs: [{ output_type: 'display_data', metadata: {}, data: { 'application/vnd.vegalite.v5+json': { mark: 'bar' }, 'text/plain': ['bars of rows by city\n', 'name'] } }],
    })
  })

  it('carries what an input is set to, the rows that are kept and the shared views, and nothing where they are as usual', () => {
    const view = { ...PLAIN_VIEW, hidden: ['a'] }
    const kept = { title: '', cells: [
      cell('i', 'input', writeInput(newInput('number', 'top')), { value: null }),
      cell('s', 'sql', 'select 1', { rowLimit: null, tableViews: { 0: view } }),
      cell('p', 'python', 'df', { tableViews: {} }),
    ] }
    expect(ipynbComplaints(writeExport(kept, 'ipynb'))).toEqual([])
    expect(ipynb(kept as unknown as typeof FULL).cells.map(({ metadata }) => (metadata as { dataharbour: object }).dataharbour)).toEqual([
      { kind: 'input', value: null }, { kind: 'sql', rowLimit: 'all', tableViews: { 0: view } }, { kind: 'python' },
    ])
  })

  it('carries comments with the names of who said them and no more of those people, and the locks', () => {
    const [, first, second] = ipynb().cells.map(({ metadata }) => (metadata as { dataharbour: object }).dataharbour)
    expect(first).toEqual({
      kind: 'python', ranAt: '2026-11-01T10:00:00.000Z', lock: { by: 'Olga', at: '2026-11-01T00:00:00.000Z' },
      comments: [{ about: 'text', range: { start: 0, end: 4 }, quote: 'rate', resolvedAt: null, resolvedBy: null, comments: [{ author: 'Ada', body: 'Why 7?', createdAt: '2026-11-01T09:00:00.000Z', editedAt: null }] }],
    })
    expect(second).toEqual({ kind: 'sql', lock: { by: '', at: null } })
    expect(writeExport(FULL, 'ipynb')).not.toContain('u1')
  })
})

describe('the other formats', () => {
  it('Python text has the cells with marks between them', () => {
    expect(writeExport(FULL, 'py')).toBe('# %% [markdown]\n# Text with ``` in it\n\n# %%\nrate = 7\nprint(rate)\n\n# %% [sql]\n# select 1\n\n# %% [chart]\n# {"cellId":"b"}\n\n# %%\n\n')
  })

  it('Markdown has text, fenced code and what it showed, and a heading of its own only where there is none', () => {
    expect(writeExport(FULL, 'md')).toBe(`# Delays by carrier

Text with \`\`\` in it

\`\`\`python
rate = 7
print(rate)
\`\`\`

\`\`\`text
one
two
\`\`\`

\`\`\`text
1
\`\`\`

![Picture made by this cell](data:image/png;base64,aGk=)

\`\`\`text
[…]
\`\`\`

\`\`\`text
  a
0 1
\`\`\`

\`\`\`text
Output was cut at 2 MB.
\`\`\`

\`\`\`text
ValueError: no \`rate\`
\`\`\`

\`\`\`sql
select 1
\`\`\`

\`\`\`json
{"cellId":"b"}
\`\`\`
`)
    expect(writeExport({ title: 'T', cells: [cell('a', 'markdown', '# Mine')] }, 'md')).toBe('# Mine\n')
  })

  it.each(['```', 'a\n````\nb', '`'.repeat(9)])('Markdown holds code with %j in a longer fence', (source) => {
    const [open = ''] = /`+(?=python)/.exec(writeExport({ title: 'T', cells: [cell('a', 'python', source)] }, 'md')) ?? []
    expect(source).not.toContain(open)
  })
})

describe('what a cell shows in a file', () => {
  const runCell = (id: string, times: [string | null, string | null], count = 1) => ({ cellId: id, executionCount: count, startedAt: times[0], finishedAt: times[1] }) as RunCell
  const run = (id: string, requestedAt: string, cells: RunCell[]) => ({ id, requestedAt, cells }) as Run
  const out = (runId: string, cellId: string, output: Output) => ({ runId: runId as RunId, cellId: cellId as CellId, output })
  const text = (words: string): Output => ({ kind: 'stream', name: 'stdout', text: words })

  it('is of the newest run that ended; of the one under way where none did; of none that has not begun', () => {
    const runs = [
      run('r3', '3', [runCell('a', [null, null]), runCell('b', ['3', null], 9), runCell('c', [null, null])]),
      run('r2', '2', [runCell('a', ['2', '2'], 5), runCell('b', [null, null])]),
      run('r1', '1', [runCell('a', ['1', '1'], 4)]),
    ]
    const shown = shownCells({ runs, outputs: [out('r1', 'a', text('old')), out('r2', 'a', text('new')), out('r2', 'a', text('er\rN')), out('r3', 'b', text('so far'))] })
    expect([...shown]).toEqual([
      ['a', { executionCount: 5, ranAt: '2', outputs: [{ ...text('Newer'), back: 4 }] }], ['b', { executionCount: 9, ranAt: null, outputs: [text('so far')] }],
    ])
  })

  it('is what it was changed to, also by a later cell, and nothing that was cleared', () => {
    const runs = [run('r', '1', [runCell('a', ['1', '1']), runCell('b', ['1', '1'])])]
    const shown = shownCells({ runs, outputs: [
      out('r', 'a', text('gone')), out('r', 'a', { kind: 'clear' }), out('r', 'a', display({ 'text/plain': '0 %' }, { displayId: 'd' })), out('r', 'b', display({ 'text/plain': '100 %' }, { displayId: 'd', isUpdate: true })),
    ] })
    expect(shown.get('a' as CellId)?.outputs).toEqual([display({ 'text/plain': '100 %' }, { displayId: 'd' })])
    expect(shown.get('b' as CellId)?.outputs).toEqual([])
  })
})

describe('the name of the file', () => {
  it.each([
    ['Delays by carrier', 'Delays by carrier.ipynb'],
    ['  Über  Größen – 100% ✓ ', 'Über Größen 100.ipynb'],
    ['../../etc/passwd', 'etc passwd.ipynb'],
    ['..\\..\\boot.ini', 'boot.ini.ipynb'],
    ['.bashrc', 'bashrc.ipynb'],
    ['-rf', 'rf.ipynb'],
    ['a"; filename="evil.exe', 'a filename evil.exe.ipynb'],
    ['a\r\nSet-Cookie: x=1', 'a Set-Cookie x 1.ipynb'],
    ['invoice\u202Efdp.exe', 'invoice fdp.exe.ipynb'],
    ['nul', 'notebook nul.ipynb'], ['COM1.txt', 'notebook COM1.txt.ipynb'],
    ['\u0000', 'notebook.ipynb'], ['???', 'notebook.ipynb'], ['', 'notebook.ipynb'], ['. . .', 'notebook.ipynb'],
    ['हिन्दी', 'हिन्दी.ipynb'], ['数据', '数据.ipynb'],
    ['𝒳'.repeat(200), `${'𝒳'.repeat(80)}.ipynb`],
  ])('of %j is %j', (title, name) => {
    expect(exportFileName(title, 'ipynb')).toBe(name)
    // One header, of characters that a header may have, with nothing that ends the quotes.
    expect(attachment(name)).toMatch(/^attachment; filename="[A-Za-z0-9 ._-]+"; filename\*=UTF-8''[A-Za-z0-9%._~-]+$/)
    expect(decodeURIComponent(attachment(name).split("''")[1] ?? '')).toBe(name)
  })
})
