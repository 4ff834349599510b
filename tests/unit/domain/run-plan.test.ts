import { describe, expect, it } from 'vitest'
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import { planRun } from '#lib/domain/run-plan.ts'

const cell = (id: string, kind: CellKind = 'python', source = '1'): Cell => ({ id: id as CellId, kind, source })
const cells = [cell('a'), cell('text', 'markdown'), cell('b', 'sql'), cell('blank', 'python', '  \n'), cell('c')]
const ids = (scope: Parameters<typeof planRun>[1]) => {
  const plan = planRun(cells, scope)
  return plan.ok ? plan.value.map((one) => one.id) : plan.reason
}

describe('planning a run', () => {
  it('refuses a cell that is gone', () => expect(ids({ kind: 'cell', cellId: 'x' as CellId })).toBe('cell-missing'))
  it('refuses a text cell', () => expect(ids({ kind: 'cell', cellId: 'text' as CellId })).toBe('cell-not-runnable'))
  it('refuses when nothing is left to run', () => expect(ids({ kind: 'above', cellId: 'a' as CellId })).toBe('nothing-to-run'))
  it('runs one cell, blank or not', () => expect(ids({ kind: 'cell', cellId: 'blank' as CellId })).toEqual(['blank']))
  it('runs all code cells with text, in the order of the page', () => expect(ids({ kind: 'all' })).toEqual(['a', 'b', 'c']))
  it('leaves the named cell out of above', () => expect(ids({ kind: 'above', cellId: 'b' as CellId })).toEqual(['a']))
  it('takes the named cell into below', () => expect(ids({ kind: 'below', cellId: 'b' as CellId })).toEqual(['b', 'c']))
  it('runs the chosen cells in the order of the page, without text and blank ones', () => expect(ids({ kind: 'cells', cellIds: ['c', 'text', 'blank', 'a'] as CellId[] })).toEqual(['a', 'c']))
  it('refuses a choice of which one is gone', () => expect(ids({ kind: 'cells', cellIds: ['a', 'x'] as CellId[] })).toBe('cell-missing'))
  it('refuses a choice with nothing to run', () => expect(ids({ kind: 'cells', cellIds: ['text'] as CellId[] })).toBe('nothing-to-run'))
  it('takes the named cell into to', () => expect(ids({ kind: 'to', cellId: 'b' as CellId })).toEqual(['a', 'b']))
  it('may go down to a text cell', () => expect(ids({ kind: 'to', cellId: 'text' as CellId })).toEqual(['a']))
  it('refuses to go down to a cell that is gone', () => expect(ids({ kind: 'to', cellId: 'x' as CellId })).toBe('cell-missing'))
  it('runs what is stale, in the order of the page, and leaves the rest', () => {
    const plan = planRun(cells, { kind: 'stale' }, (one) => one.id !== 'b')
    expect(plan).toMatchObject({ ok: true, value: [{ id: 'a' }, { id: 'c' }] })
  })
  it('says that nothing is stale', () => expect(planRun(cells, { kind: 'stale' }, () => false)).toMatchObject({ ok: false, reason: 'nothing-to-run', message: expect.stringContaining('Nothing is stale') as string }))
  it('asks of no other scope whether cells are stale', () => expect(planRun(cells, { kind: 'all' }, () => false)).toMatchObject({ ok: true }))
  it('may start at a text cell', () => expect(ids({ kind: 'below', cellId: 'text' as CellId })).toEqual(['b', 'c']))
})
