/** What SQL completion offers, by where the cursor (`|`) is. */
import { describe, expect, it } from 'vitest'
import type { Catalog } from '#lib/domain/kernel-question.ts'
import { sqlNames } from '#lib/editor/sql-names.ts'

const column = (name: string) => ({ name, type: 'string' })
const catalog: Catalog = {
  isComplete: true,
  tables: [
    { schema: null, name: 'late', isView: true, columns: [column('carrier'), column('two words')] },
    { schema: 'samples', name: 'flights', isView: false, columns: [column('origin'), column('delay')] },
    { schema: 'samples', name: 'airports', isView: false, columns: [column('iata')] },
  ],
}
const names = (marked: string) => {
  const found = sqlNames(marked.replace('|', ''), marked.indexOf('|'), catalog)
  return found === null ? null : found.items.map(({ text }) => text)
}

describe('sqlNames', () => {
  it.each<[string, string[]]>([
    ['select * from |', ['late', 'samples', 'samples.airports', 'samples.flights']],
    ['select * from samples.|', ['flights', 'airports']],
    ['select * from samples.fl|', ['flights', 'airports']],
    ['select f.| from samples.flights f', ['origin', 'delay']],
    ['select f.or| from samples.flights as f join samples.airports a', ['origin', 'delay']],
    ['select flights.| from samples.flights', ['origin', 'delay']],
    ['select late.| from late', ['carrier', '`two words`']],
    ['select a.iata from samples.flights f, samples.airports a where a.|', ['iata']],
    ['select 1; select * from |', ['late', 'samples', 'samples.airports', 'samples.flights']],
    ['with big as (select 1) select * from |', ['big', 'late', 'samples']],
  ])('%s', (marked, expected) => expect(names(marked)).toEqual(expect.arrayContaining(expected)))

  it('gives the columns of the tables in the statement first', () => {
    expect(names('select | from samples.flights')?.slice(0, 2)).toEqual(['origin', 'delay'])
    expect(names('select origin from samples.flights f where |')?.slice(0, 3)).toEqual(['origin', 'delay', 'f'])
  })

  it('keeps the columns of one statement out of another', () => {
    expect(names('select 1 from samples.airports; select | from late')).not.toContain('iata')
    expect(names('select a.| from samples.flights f')).toEqual([])
  })

  it.each(["select '|", "select 'it''s |'", 'select 1 -- |', 'select /* |', 'select "a |'])('offers nothing in a text or a comment: %s', (marked) => expect(names(marked)).toBeNull())
  it.each(["select 'a' |", 'select 1 -- note\n|', 'select /* a */ |'])('offers names behind one: %s', (marked) => expect(names(marked)).toContain('from'))

  it('takes the place of the whole word', () => expect(sqlNames('select orig from samples.flights', 9, catalog)).toMatchObject({ start: 7, end: 11 }))
  it('writes keywords as they were begun', () => expect(names('SEL|')).toContain('SELECT'))
})
