/** What a program may give a new notebook's cells beside their text: legal values and views, and what is illegal is named or dropped. */
import { expect, it } from 'vitest'
import type { Cell } from '#lib/domain/cell.ts'
import { newInput, writeInput } from '#lib/domain/parameter.ts'
import { PLAIN_VIEW } from '#lib/domain/table-view.ts'
import { POST } from '../../../src/routes/api/v1/workspaces/[id]/notebooks/+server.ts'

const SLIDER = writeInput({ ...newInput('slider', 'top'), max: 10 })
const VIEW = { ...PLAIN_VIEW, hidden: ['a'] }
const read = (cell: object) => POST.spec.body!.safeParse({ title: 'T', cells: [{ id: 'a', kind: 'input', source: SLIDER, ...cell }] })
const cellOf = (cell: object) => (read(cell).data as { cells: Cell[] } | undefined)?.cells[0]

it('takes what a version says of a cell', () => {
  expect(cellOf({ value: 7 })).toEqual({ id: 'a', kind: 'input', source: SLIDER, value: 7 })
  expect(cellOf({ kind: 'sql', source: 'select 1', rowLimit: null, tableViews: { 0: VIEW } })).toEqual({ id: 'a', kind: 'sql', source: 'select 1', rowLimit: null, tableViews: { 0: VIEW } })
})

it.each([[{ value: 11 }, 'must be a number from 0 to 10'], [{ value: '7' }, 'must be a number'], [{ kind: 'python', value: 7 }, 'only an input'], [{ source: 'no input', value: 7 }, 'only an input']])('refuses %j: %s', (cell, words) => {
  const { error } = read(cell)
  expect(error?.issues[0]).toMatchObject({ path: ['cells', 0, 'value'], message: expect.stringContaining(words) })
})

it('refuses a row limit that is none of the known, and drops what is no view', () => {
  expect(read({ kind: 'sql', rowLimit: 7 }).success).toBe(false)
  expect(cellOf({ kind: 'sql', source: '', tableViews: { 0: { hidden: 'all' }, x: VIEW, 1: VIEW } })?.tableViews).toEqual({ 1: VIEW })
})
