/** What a page makes of a room's states: who moved is somebody new to it, everybody and everything else stays what it was. */
import { describe, expect, it } from 'vitest'
import { groupPeople, readPeople, type Presence } from '#lib/live/read-people.ts'

const SELF = 1
const PLACE = { type: null, tname: null, item: { client: 7, clock: 3 }, assoc: 0 }

const state = (name: string, cellId: string | null, anchor: unknown = null) => ({
  user: { id: name, name, color: '#0b6175', isGuest: false }, cursor: cellId === null ? null : { cellId, anchor, head: anchor },
})
/** As they come from the line: equal ones are other objects each time. */
const states = (of: Record<number, unknown>): Map<number, Record<string, unknown>> =>
  new Map(Object.entries(of).map(([clientId, one]) => [Number(clientId), structuredClone(one) as Record<string, unknown>]))
const names = (people: readonly Presence[]): string[] => people.map((one) => one.name)
const byCell = (people: readonly Presence[], before?: ReturnType<typeof groupPeople<string>>) => groupPeople(people, ({ cursor }) => cursor?.cellId, before)

describe('people', () => {
  it('are everybody but oneself and whom the server has not signed, by name', () => {
    const people = readPeople(states({ [SELF]: state('Me', 'a'), 4: state('Zoe', null), 3: state('Bob', 'a'), 2: state('Zoe', 'b'), 9: {} }), SELF)
    expect(people.map(({ clientId, name, cursor }) => [clientId, name, cursor?.cellId])).toEqual([[3, 'Bob', 'a'], [2, 'Zoe', 'b'], [4, 'Zoe', undefined]])
  })

  it('are the same list when all they say is said again', () => {
    const all = { 2: state('Ada', 'a', PLACE), 3: state('Bob', null) }
    const before = readPeople(states(all), SELF)
    const again = readPeople(states(all), SELF, before)
    expect(again).toBe(before)
    expect(readPeople(states(all), SELF, again)).toBe(before)
  })

  it.each([
    ['the letter', state('Ada', 'a', { ...PLACE, item: { client: 7, clock: 4 } })],
    ['the cell', state('Ada', 'b', PLACE)],
    ['no cell', state('Ada', null)],
    ['the colour', { ...state('Ada', 'a', PLACE), user: { ...state('Ada', 'a').user, color: '#c2410c' } }],
  ])('who changes %s is new, and the others are who they were', (_what, ada) => {
    const before = readPeople(states({ 2: state('Ada', 'a', PLACE), 3: state('Bob', 'b', PLACE) }), SELF)
    const now = readPeople(states({ 2: ada, 3: state('Bob', 'b', PLACE) }), SELF, before)
    expect(now).not.toBe(before)
    expect(now[0]).toMatchObject({ clientId: 2, ...ada.user, cursor: ada.cursor })
    expect(now[0]).not.toBe(before[0])
    expect(now[1]).toBe(before[1])
  })

  it('who comes is put in by name, who goes is left out, who has another name goes to its place', () => {
    const first = readPeople(states({ 5: state('Cleo', null), 6: state('Ada', null) }), SELF)
    const second = readPeople(states({ 5: state('Cleo', null), 6: state('Ada', null), 7: state('Bob', null) }), SELF, first)
    expect(names(second)).toEqual(['Ada', 'Bob', 'Cleo'])
    const third = readPeople(states({ 5: state('Aaron', null), 6: state('Ada', null) }), SELF, second)
    expect(names(third)).toEqual(['Aaron', 'Ada'])
    expect(third[1]).toBe(first[0])
    expect(readPeople(states({}), SELF, third)).toEqual([])
  })
})

describe('the people of a cell', () => {
  it('are those who say so, by name; who is in none is in no list', () => {
    const cells = byCell(readPeople(states({ 2: state('Zoe', 'a'), 3: state('Bob', 'a'), 4: state('Cleo', null), 5: state('Dan', 'b') }), SELF))
    expect([...cells].map(([cellId, here]) => [cellId, names(here)])).toEqual([['a', ['Bob', 'Zoe']], ['b', ['Dan']]])
  })

  it('are the same list while others move, and another once one of them moves, comes or goes', () => {
    const look = (of: Record<number, unknown>, before?: { people: readonly Presence[]; cells: ReturnType<typeof byCell> }) => {
      const people = readPeople(states(of), SELF, before?.people)
      return { people, cells: byCell(people, before?.cells) }
    }
    const first = look({ 2: state('Ada', 'a', PLACE), 3: state('Bob', 'b', PLACE), 4: state('Cleo', 'b') })
    const second = look({ 2: state('Ada', 'a'), 3: state('Bob', 'b', PLACE), 4: state('Cleo', 'b') }, first)
    expect(second.cells.get('a')).not.toBe(first.cells.get('a'))
    expect(second.cells.get('b')).toBe(first.cells.get('b'))
    const third = look({ 2: state('Ada', 'a'), 3: state('Bob', 'a'), 4: state('Cleo', 'b') }, second)
    expect(names(third.cells.get('a')!)).toEqual(['Ada', 'Bob'])
    expect(names(third.cells.get('b')!)).toEqual(['Cleo'])
    expect(look({ 2: state('Ada', 'a') }, third).cells.has('b')).toBe(false)
  })
})
