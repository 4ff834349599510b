/** Homes of notebooks: one for each, evenly spread, and nobody moves who need not. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { homeOf } from '#lib/domain/web-processes.ts'

const notebooks = Array.from({ length: 4_000 }, () => randomUUID())
const homes = (processes: number[]): (number | null)[] => notebooks.map((id) => homeOf(id, processes))

describe('the home of a notebook', () => {
  it('is nobody where nobody is', () => expect(homeOf('a', [])).toBeNull())

  it('is the same whoever asks and in whatever order they are named', () => expect(homes([2, 0, 1])).toEqual(homes([0, 1, 2])))

  it.each([2, 3, 8])('is spread evenly over %i', (count) => {
    const all = homes(Array.from({ length: count }, (_, at) => at))
    const fewest = Math.min(...Array.from({ length: count }, (_, at) => all.filter((home) => home === at).length))
    expect(fewest).toBeGreaterThan((notebooks.length / count) * 0.7)
  })

  it('moves only for the notebooks of the one that went, and back when it returns', () => {
    const [before, without] = [homes([0, 1, 2]), homes([0, 2])]
    before.forEach((home, at) => home !== 1 && expect(without[at]).toBe(home))
    expect(without).not.toContain(1)
  })
})
