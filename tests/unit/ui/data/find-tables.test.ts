/** A search says what it did not look at: a table that was passed over has columns all the same. */
import { describe, expect, it } from 'vitest'
import { describeUnsearched, findTables, type TableColumns } from '#lib/ui/data/find-tables.ts'

const table = (name: string, columns: string[], isPassedOver = false): TableColumns => ({ schema: 'default', table: name, isShared: false, columns: columns.map((one) => ({ name: one, type: 'int' })), isPassedOver })
const ALL = [table('orders', ['id', 'amount']), table('amounts', [], true), table('people', [], true)]

describe('tables', () => {
  it('are found by their names, and by the columns that were read', () => {
    expect(findTables(ALL, ' Amount ').map(({ table: name, matches }) => [name, matches])).toEqual([['orders', ['amount']], ['amounts', []]])
    expect(findTables(ALL, '').map(({ isPassedOver }) => isPassedOver)).toEqual([false, true, true])
  })

  it.each([
    ['all were searched', ALL.slice(0, 1), false, null],
    ['some were passed over', ALL, false, /^The columns of 2 of 3 tables were not searched.*by their names\.$/],
    ['there are more than are listed', ALL.slice(0, 1), true, /^There are more tables/],
    ['both', ALL, true, /not searched.*There are more tables/],
  ])('%s: so it is said', (_what, tables, isCut, said) => {
    const found = describeUnsearched({ tables, isCut })
    if (said === null) expect(found).toBeNull()
    else expect(found).toMatch(said)
  })
})
