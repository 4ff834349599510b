/** Notebooks from files: what other tools write, what is broken, and our own exports, which come back as they were. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { NOTHING_SHOWN, writeExport } from '#lib/domain/notebook-export.ts'
import { readNotebookFile } from '#lib/domain/read-notebook-file.ts'

let count = 0
const read = (name: string, text: string) => readNotebookFile(name, text, () => `n${(count += 1)}`)
const opened = (name: string, text: string) => {
  const found = read(name, text)
  if (!found.ok) throw new Error(found.message)
  return found.value
}
const ipynb = (cells: unknown[], metadata: object = {}, rest: object = {}) => JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells, ...rest })
const shapes = (cells: readonly Cell[]) => cells.map(({ kind, source }) => [kind, source])

describe('a notebook of Jupyter', () => {
  it('comes with its texts and code, by the name of the file', () => {
    const { title, cells, notes } = opened('Sales 2026.ipynb', ipynb([
      { cell_type: 'markdown', id: 'intro', metadata: {}, source: ['# Sales\n', 'by month'] },
      { cell_type: 'code', id: 'a1', metadata: {}, execution_count: 3, outputs: [{ output_type: 'stream', name: 'stdout', text: '1' }], source: 'print(1)\r\n' },
      { cell_type: 'code', metadata: {}, outputs: [], source: '%%sql\nselect 1' },
      { cell_type: 'raw', metadata: {}, source: 'kept ```as``` is' },
    ]))
    expect(title).toBe('Sales 2026')
    expect(shapes(cells)).toEqual([['markdown', '# Sales\nby month'], ['python', 'print(1)\n'], ['sql', 'select 1'], ['markdown', '````\nkept ```as``` is\n````']])
    expect(cells.slice(0, 2).map(({ id }) => id)).toEqual(['intro', 'a1'])
    expect(notes).toEqual(['What its cells showed is not brought along: run them to see it.'])
  })

  it('has each id once, and none that cannot be one', () => {
    const { cells } = opened('a.ipynb', ipynb([{ cell_type: 'code', id: 'x', source: '' }, { cell_type: 'code', id: 'x', source: '' }, { cell_type: 'code', id: '../y', source: '' }, { cell_type: 'code', id: 7, source: '' }]))
    expect(new Set(cells.map(({ id }) => id)).size).toBe(4)
    expect(cells[0]?.id).toBe('x')
  })

  it('of nbformat 3 comes too', () => {
    const { cells } = opened('old.ipynb', JSON.stringify({ nbformat: 3, metadata: {}, worksheets: [{ cells: [{ cell_type: 'heading', level: 2, source: ['Old'] }, { cell_type: 'code', input: ['x = 1'], language: 'python', outputs: [] }] }] }))
    expect(shapes(cells)).toEqual([['markdown', '## Old'], ['python', 'x = 1']])
  })

  it.each([
    ['%sql\nselect 1', 'sql', 'select 1'], ['%sql select 1', 'sql', 'select 1'], ['%sql select 1\ndf = _', 'python', '%sql select 1\ndf = _'], ['%sql sqlite:///x.db', 'python', '%sql sqlite:///x.db'],
    ['%md-sandbox\n<b>Hi</b>', 'markdown', '<b>Hi</b>'], ['%%constructor\nx', 'python', '%%constructor\nx'], ['%md\n# Hi', 'markdown', '# Hi'], ['%python\nx', 'python', 'x'],
    ['%matplotlib inline\nx', 'python', '%matplotlib inline\nx'], ['%%time\nx', 'python', '%%time\nx'], ['x = %sql', 'python', 'x = %sql'], ['!ls', 'python', '!ls'],
  ])('reads the magic of %j', (source, kind, text) => {
    expect(shapes(opened('a.ipynb', ipynb([{ cell_type: 'code', source }])).cells)).toEqual([[kind, text]])
  })

  it('of Databricks has its text behind the magic, over many lines', () => {
    const databricks = { 'application/vnd.databricks.v1+notebook': { language: 'sql' } }
    const { cells } = opened('a.ipynb', ipynb([{ cell_type: 'code', source: '%SQL select 1\nfrom t' }, { cell_type: 'code', source: 'select 2' }, { cell_type: 'code', source: '%python\nx' }], databricks))
    expect(shapes(cells)).toEqual([['sql', 'select 1\nfrom t'], ['sql', 'select 2'], ['python', 'x']])
  })

  it('that went through here is what it was made there since', () => {
    const own = (kind: string) => ({ dataharbour: { kind } })
    const { cells } = opened('a.ipynb', ipynb([
      { cell_type: 'markdown', metadata: own('python'), source: 'now words' }, { cell_type: 'code', metadata: own('sql'), source: 'now = "python"' },
      { cell_type: 'code', metadata: own('markdown'), source: 'x = 1' }, { cell_type: 'raw', metadata: own('chart'), source: '{}' },
    ]))
    expect(cells.map(({ kind }) => kind)).toEqual(['markdown', 'python', 'python', 'chart'])
  })

  it('in SQL is SQL, in a language that is not here it says so', () => {
    expect(shapes(opened('a.ipynb', ipynb([{ cell_type: 'code', source: 'select 1' }], { language_info: { name: 'sql' } })).cells)).toEqual([['sql', 'select 1']])
    expect(opened('a.ipynb', ipynb([{ cell_type: 'code', source: 'x <- 1' }], { kernelspec: { language: 'R' } })).notes).toEqual(['It was written for r; here its cells are Python and have to be rewritten.'])
  })

  it.each([
    ['no JSON', '{"cells": ['], ['another JSON', '{"a": 1}'], ['a list', '[]'], ['a number', '7'], ['cells that are none', '{"cells": {"0": 1}}'], ['nothing', ''],
  ])('that is %s is refused by name', (_what, text) => {
    expect(read('x.ipynb', text)).toMatchObject({ ok: false, reason: 'file-unreadable', message: expect.stringContaining('“x.ipynb” is not a Jupyter notebook') })
  })

  it('that is too long is refused with what to do', () => {
    expect(read('x.ipynb', ipynb(Array.from({ length: 1001 }, () => ({ cell_type: 'code', source: '' }))))).toMatchObject({ ok: false, reason: 'file-too-large', message: expect.stringContaining('1001 cells') })
    expect(read('x.ipynb', ipynb([{ cell_type: 'code', source: 'x'.repeat(1_000_001) }]))).toMatchObject({ ok: false, message: expect.stringContaining('Cell 1') })
  })

  it('never throws, whatever is in it', () => {
    fc.assert(fc.property(fc.json(), fc.array(fc.dictionary(fc.constantFrom('cell_type', 'source', 'metadata', 'id', 'outputs', 'level', 'input', 'attachments'), fc.jsonValue())), (json, cells) => {
      for (const text of [json, ipynb(cells), ipynb(cells, { title: 5, kernelspec: [] })]) {
        const found = read('x.ipynb', text)
        if (found.ok) expect(found.value.cells.every(({ source }) => typeof source === 'string')).toBe(true)
      }
    }))
  })
})

describe('a Python file', () => {
  it('with marks is cells, without them one', () => {
    const text = '#!/usr/bin/env python\n# ---\n# jupyter:\n#   kernel: x\n# ---\n\n# %% [markdown]\n# # Title\n#\n# words\n\n# %% Load it\nx = 1\n\n\n#%%\ny = 2\n\n# %% [md]\n"""\nquoted\n"""\n'
    expect(shapes(opened('flow.py', text).cells)).toEqual([['markdown', '# Title\n\nwords'], ['python', '# Load it\nx = 1'], ['python', 'y = 2'], ['markdown', 'quoted']])
    expect(shapes(opened('tool.py', 'import os\n\nprint(os)\n').cells)).toEqual([['python', 'import os\n\nprint(os)']])
    expect(shapes(opened('tool.py', '').cells)).toEqual([['python', '']])
  })

  it('of Jupytext keeps magics of cells, languages and what it adds to a mark apart', () => {
    const text = '# %% [markdown] jupyter={"source_hidden": true}\n# words\n\n# %% tags=["a", "b"]\n# %%time\nx = 1\n\n# %% language="sql"\n# select 1\n\n# %% Named {"tags": ["c"]}\ny = 2\n\n# %%% Part [constructor]\nz = 3\n\n# %% Set value=3 here\nw = 4\n'
    expect(shapes(opened('flow.py', text).cells)).toEqual([['markdown', 'words'], ['python', '%%time\nx = 1'], ['sql', 'select 1'], ['python', '# Named\ny = 2'], ['python', '# Part\nz = 3'], ['python', '# Set\nw = 4']])
  })

  it('of any size and shape is read in no time', () => {
    const blank = '\n'.repeat(400_000)
    for (const text of [`# %%\n${blank}x${blank}`, `# %% [markdown]\n# a${' '.repeat(400_000)}b\n`, '# %%\n'.repeat(100_000), `x${'`'.repeat(3)}`.repeat(100_000)]) read('x.py', text)
    const cells = [{ cell_type: 'raw', source: '`a'.repeat(300_000) }, { cell_type: 'code', source: `a${blank}b` }]
    const { cells: back } = opened('x.ipynb', ipynb(cells))
    const file = { title: 'x', cells: back.map((cell) => ({ ...cell, shown: NOTHING_SHOWN, lock: null, threads: [] })) }
    for (const format of ['py', 'md'] as const) expect(writeExport(file, format).length).toBeGreaterThan(1_000_000)
  })

  it('of Databricks is its cells', () => {
    const text = '# Databricks notebook source\n# MAGIC %md\n# MAGIC # Flights\n# MAGIC by day\n\n# COMMAND ----------\n\n# DBTITLE 1,Load\ndf = spark.table("a")\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC select *\n# MAGIC from a\n'
    expect(shapes(opened('x.py', text).cells)).toEqual([['markdown', '# Flights\nby day'], ['python', '# Load\ndf = spark.table("a")'], ['sql', 'select *\nfrom a']])
  })
})

describe('what was exported here', () => {
  const cells: Cell[] = [
    { id: 'c1' as CellId, kind: 'markdown', source: '# Title\n\nwords' }, { id: 'c2' as CellId, kind: 'python', source: 'x = 1', rowLimit: null },
    { id: 'c3' as CellId, kind: 'sql', source: 'select 1\nfrom t', rowLimit: 1000 }, { id: 'c4' as CellId, kind: 'input', source: '{"name": "day", "type": "text"}', value: 'mon\u2028day' },
    { id: 'c5' as CellId, kind: 'chart', source: '{"cell": "c3"}' },
  ]
  const notebook = { title: 'Mine', cells: cells.map((cell) => ({ ...cell, shown: NOTHING_SHOWN, lock: null, threads: [] })) }

  it.each(['ipynb', 'py'] as const)('comes back from .%s as it was', (format) => {
    const { title, cells: back, notes } = opened(`Mine.${format}`, writeExport(notebook, format))
    expect([title, notes]).toEqual(['Mine', []])
    expect(back.map((cell) => (format === 'py' ? { ...cell, id: '' } : cell))).toEqual(cells.map((cell) => (format === 'py' ? { ...cell, id: '' } : cell)))
  })

  it('comes back from Python whatever the texts are', () => {
    const line = fc.string().filter((text) => !/[\r\n\uFEFF]/.test(text) && text.trim() === text)
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('sql', 'markdown', 'chart'), fc.array(line, { minLength: 1 })), { minLength: 1 }), (made) => {
      const written: Cell[] = made.map(([kind, lines], at) => ({ id: `c${at}` as CellId, kind, source: ['a', ...lines, 'z'].join('\n') }) as Cell)
      const text = writeExport({ title: 'x', cells: written.map((cell) => ({ ...cell, shown: NOTHING_SHOWN, lock: null, threads: [] })) }, 'py')
      expect(shapes(opened('x.py', text).cells)).toEqual(shapes(written))
    }))
  })
})
