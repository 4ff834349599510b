/** How a table is looked at: what a view does to its columns, what it keeps of hostile or outdated ones, and that moving loses none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ResultColumn } from '#lib/domain/result.ts'
import { clampWidth, hasPlainRows, hide, isPlain, layOut, move, orderFor, pin, PLAIN_VIEW, readTableView, resize, show, unpin, type TableView } from '#lib/domain/table-view.ts'

const columns: ResultColumn[] = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, type: name === 'a' ? 'bigint' : 'string' }))
const shown = (view: TableView) => layOut(columns, view).shown.map((at) => columns[at]?.name).join('')

describe('a view', () => {
  it('hides, shows, pins and lets go', () => {
    const view = pin(hide(PLAIN_VIEW, ['b', 'd']), 'e')
    expect([shown(view), layOut(columns, view).pinned]).toEqual(['eac', 1])
    expect(shown(show(unpin(view, 'e'), ['b']))).toBe('abce')
  })

  it('keeps the chart of the table, and drops one that is none', () => {
    const chart = { mark: 'bar', x: 'a', y: null, color: null, aggregate: 'count', facet: 'b' } as const
    const view = readTableView({ chart })
    expect(view).toEqual({ ...PLAIN_VIEW, chart })
    expect([isPlain({ ...PLAIN_VIEW, chart }), hasPlainRows({ ...PLAIN_VIEW, chart })]).toEqual([false, true])
    expect(readTableView({ chart: { mark: 'pie', x: 'a' } })).toBeNull()
  })

  it.each([[0, 4, 'bcdea'], [4, 0, 'eabcd'], [1, 3, 'acdbe'], [3, 1, 'adbce'], [2, 2, 'abcde'], [9, 0, 'abcde']])('moves %d to %d: %s', (from, to, expected) =>
    expect(shown(move(PLAIN_VIEW, columns, from, to))).toBe(expected))

  it('says of an order only what is not as it is stored', () => {
    expect(move(PLAIN_VIEW, columns, 3, 1).order).toEqual(['a', 'd'])
    expect(move(move(PLAIN_VIEW, columns, 3, 1), columns, 1, 3).order).toEqual([])
  })

  it('takes a column over the edge of those that stay, and back', () => {
    const view = pin(PLAIN_VIEW, 'c')
    const joined = move(view, columns, 2, 0)
    expect([shown(joined), layOut(columns, joined).pinned]).toEqual(['bcade', 2])
    const left = move(joined, columns, 0, 3)
    expect([shown(left), layOut(columns, left).pinned]).toEqual(['cadbe', 1])
  })

  it('shows every column once, whatever was done', () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('move' as const), from: fc.nat(5), to: fc.nat(5) }),
      fc.record({ kind: fc.constantFrom('pin' as const, 'unpin' as const, 'hide' as const), name: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
    )
    fc.assert(fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const view = acts.reduce<TableView>((so, one) => {
        if (one.kind === 'move') return move(so, columns, one.from, one.to)
        return one.kind === 'hide' ? hide(so, [one.name]) : one.kind === 'pin' ? pin(so, one.name) : unpin(so, one.name)
      }, PLAIN_VIEW)
      const all = show(view, columns.map(({ name }) => name))
      expect([...shown(all)].sort().join('')).toBe('abcde')
      expect(shown(view)).toHaveLength(5 - view.hidden.length)
      expect(readTableView(JSON.parse(JSON.stringify(view))) ?? PLAIN_VIEW).toEqual(view)
    }))
  })

  it('moves a column exactly to where another stood, among those that do not stay', () => {
    fc.assert(fc.property(fc.nat(4), fc.nat(4), fc.nat(4), fc.nat(4), (a, b, from, to) => {
      const before = move(PLAIN_VIEW, columns, a, b)
      expect(shown(move(before, columns, from, to))[to]).toBe(shown(before)[from])
    }))
  })

  it('sets widths within bounds, and takes them back', () => {
    expect(resize(PLAIN_VIEW, 'a', 5).widths).toEqual({ a: clampWidth(5) })
    expect(resize(resize(PLAIN_VIEW, 'a', 200), 'a', null).widths).toEqual({})
  })

  it.each([[null], ['x'], [{}], [{ hidden: 'all', sort: [{ column: 1, direction: 'asc' }, { column: 'a', direction: 'up' }], filter: [{ column: 'a', operator: 'drop' }], widths: { a: 'wide', b: NaN } }]])('reads nothing from %j', (value) =>
    expect(readTableView(value)).toBeNull())

  it('asks only for columns that are there, by operators that fit them', () => {
    const sort = [{ column: 'a', direction: 'asc' as const }, { column: 'gone', direction: 'desc' as const }]
    const filter = [{ column: 'gone', operator: '=' as const, value: '1' }, { column: 'b', operator: 'contains' as const, value: 'x' }]
    expect(orderFor({ sort, filter }, columns)).toEqual({ sort: [sort[0]], filter: [filter[1]] })
    expect(orderFor({ sort: [], filter: [filter[1]!] }, [{ name: 'b', type: 'binary' }])).toEqual({ sort: [], filter: [] })
  })
})
