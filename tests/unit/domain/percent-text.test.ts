/** Cells as one file: Python as it is, everything else in comments, so that the file runs. */
import { expect, it } from 'vitest'
import { percentText } from '#lib/domain/percent-text.ts'

it('keeps Python as it is and puts the rest into comments, with a mark before each cell', () => {
  expect(percentText([
    { kind: 'markdown', source: '# Delays\n\nby *carrier*' }, { kind: 'python', source: 'x = 1\n\n\n' }, { kind: 'sql', source: 'select 1' }, { kind: 'python', source: '' },
  ])).toBe('# %% [markdown]\n# # Delays\n#\n# by *carrier*\n\n# %%\nx = 1\n\n# %% [sql]\n# select 1\n\n# %%\n\n')
})

it('lets no line of another kind out of its comment', () => {
  const text = percentText([{ kind: 'sql', source: 'select 1\rimport os' }, { kind: 'markdown', source: 'a\n# %%\nimport os' }])
  expect(text.split(/\r|\n/).filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
})

it('says how many rows a cell keeps only where that is not the usual number, and of what runs', () => {
  expect(percentText([{ kind: 'python', source: 'df', rowLimit: 10_000 }, { kind: 'python', source: 'df', rowLimit: null }, { kind: 'markdown', source: 'a', rowLimit: 1000 }]))
    .toBe('# %%\ndf\n\n# %% rows="all"\ndf\n\n# %% [markdown]\n# a\n')
})
