/** Which cells are meant: ranges that grow and shrink as in Jupyter, single cells more or less, and what clears them. */
import { describe, expect, it } from 'vitest'
import type { CellId } from '#lib/domain/ids.ts'
import { CellSelection } from '#lib/ui/notebook/cell-selection.svelte.ts'

const order = [...'abcdef'] as CellId[]
const id = (text: string) => text as CellId
const shown = (selection: CellSelection): string => order.filter((one) => selection.has(one)).join('')

/** Extends from cell to cell, each becoming the active one, as keys do. */
function walk(selection: CellSelection, from: string, ...to: string[]): string[] {
  let active = id(from)
  return to.map((next) => {
    selection.extendTo(order, active, id(next))
    active = id(next)
    return shown(selection)
  })
}

describe('selecting cells', () => {
  it('grows from the active cell, shrinks, and grows to the other side', () => {
    expect(walk(new CellSelection(), 'c', 'd', 'e', 'd', 'c', 'b', 'a')).toEqual(['cd', 'cde', 'cd', '', 'bc', 'abc'])
  })

  it('takes single cells in and out, the active one first', () => {
    const selection = new CellSelection()
    selection.toggle(id('b'), id('e'))
    expect(shown(selection)).toBe('be')
    selection.toggle(id('e'), id('b'))
    expect(shown(selection)).toBe('e')
    walk(selection, 'b', 'd')
    expect(shown(selection)).toBe('bcd')
  })

  it('takes all, forgets those that are gone, and begins anew after a clear', () => {
    const selection = new CellSelection()
    selection.all(order)
    selection.keep([...'ace'] as CellId[])
    expect([shown(selection), selection.size]).toEqual(['ace', 3])
    selection.clear()
    expect(walk(selection, 'f', 'e')).toEqual(['ef'])
  })

  it('begins at the active cell when the place where the range began is gone', () => {
    const selection = new CellSelection()
    walk(selection, 'a', 'b')
    selection.extendTo(order.slice(1), id('b'), id('c'))
    expect(shown(selection)).toBe('bc')
  })
})
