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

it('takes no line of a text for the mark of a cell', () => {
  expect(percentText([{ kind: 'markdown', source: 'a\n%% b' }])).toBe('# %% [markdown]\n# a\n#  %% b\n')
})

it('says how many rows a cell keeps only where that is not the usual number, and of what runs', () => {
  expect(percentText([{ kind: 'python', source: 'df', rowLimit: 10_000 }, { kind: 'python', source: 'df', rowLimit: null }, { kind: 'markdown', source: 'a', rowLimit: 1000 }]))
    .toBe('# %%\ndf\n\n# %% rows="all"\ndf\n\n# %% [markdown]\n# a\n')
})

it('says what an input is set to, on one line whatever it is', () => {
  expect(percentText([{ kind: 'input', source: '{}', value: 'a\nimport os' }, { kind: 'input', source: '{}' }, { kind: 'input', source: '{}', value: null }]))
    .toBe('# %% [input] value="a\\nimport os"\n# {}\n\n# %% [input]\n# {}\n\n# %% [input] value=null\n# {}\n')
})
