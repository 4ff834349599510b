/** F14, B3: what cannot be saved is carried over a reload as far as a tab has room for it, and what it has no room for is told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Cell } from '#lib/domain/cell.ts'
import { carriedCells, carryOver, dropCarried } from '#lib/ui/notebook/rescue.ts'

const NOTEBOOK = 'notebook'
const ROOM = 1000
const cell = (id: string, source: string) => ({ id, kind: 'python', source }) as Cell
const ids = (cells: readonly Cell[]) => cells.map(({ id }) => id).join('')

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > ROOM) throw new Error('QuotaExceededError')
      kept.set(key, value)
    },
    removeItem: (key: string) => kept.delete(key),
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('carrying cells over a reload', () => {
  it('keeps all that has room, in the order of the notebook', () => {
    expect(carryOver(NOTEBOOK, [cell('a', 'long '.repeat(20)), cell('b', 'x')])).toEqual([])
    expect(ids(carriedCells(NOTEBOOK))).toBe('ab')
    dropCarried(NOTEBOOK)
    expect(carriedCells(NOTEBOOK)).toEqual([])
  })

  it('keeps the small ones where a large one has no room, and says which are left', () => {
    const left = carryOver(NOTEBOOK, [cell('a', 'x'), cell('b', 'y'.repeat(2 * ROOM)), cell('c', 'z'.repeat(ROOM)), cell('d', 'w')])
    expect(ids(left)).toBe('bc')
    expect(ids(carriedCells(NOTEBOOK))).toBe('ad')
    expect(ids(carryOver('another', [cell('a', 'y'.repeat(ROOM))]))).toBe('a')
  })

  it('adds to what is carried and not put back yet, each once', () => {
    carryOver(NOTEBOOK, [cell('a', 'first')])
    for (let press = 0; press < 2; press += 1) expect(ids(carryOver(NOTEBOOK, [cell('b', 'second'), cell('c', 'z'.repeat(ROOM))]))).toBe('c')
    expect(ids(carriedCells(NOTEBOOK))).toBe('ab')
  })
})
