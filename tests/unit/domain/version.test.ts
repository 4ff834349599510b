/** Which versions stay, and who is said to have changed what when some go. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CellId, UserId, VersionId } from '#lib/domain/ids.ts'
import { checkVersionName, joinAuthors, thinVersions, type TimedVersion } from '#lib/domain/version.ts'

const MINUTE = 60_000
const NOW = 1_800_000_000_000
const version = (ageMinutes: number, more: Partial<TimedVersion> = {}): TimedVersion => ({ id: `v${ageMinutes}` as VersionId, cause: 'auto', name: null, at: NOW - ageMinutes * MINUTE, ...more })
const kept = (timeline: TimedVersion[]): string[] => {
  const into = thinVersions(timeline, NOW)
  return timeline.filter(({ id }) => !into.has(id)).map(({ id }) => id)
}
const every = (minutes: number, from: number, to: number): TimedVersion[] => Array.from({ length: Math.floor((from - to) / minutes) + 1 }, (_, i) => version(from - i * minutes))

describe('thinning', () => {
  it.each<[what: string, TimedVersion[], left: number]>([
    ['all of the last hour', every(1, 55, 0), 56],
    ['one in five minutes of the last day', every(1, 20 * 60, 12 * 60), 97 + 1],
    ['one an hour of the last week', every(10, 3 * 1440, 2 * 1440), 24 + 1],
    ['one a day of what is older', every(60, 20 * 1440, 10 * 1440), 10 + 1],
  ])('keeps %s', (_what, timeline, left) => {
    // The newest stays as such, wherever it falls.
    expect(Math.abs(kept(timeline).length - left)).toBeLessThanOrEqual(1)
  })

  it('keeps what has a name and what stands before a restore, however old', () => {
    const timeline = [version(30_000), version(29_999, { name: 'Sent to Ann' }), version(29_998, { cause: 'restore' }), version(29_997), version(29_996, { cause: 'named', name: 'x' }), version(1)]
    expect(kept(timeline)).toEqual(['v30000', 'v29999', 'v29998', 'v29996', 'v1'])
  })

  it('gives the authors of each that goes to the next that stays', () => {
    expect(thinVersions([version(3000), version(2999), version(2998), version(2900)], NOW)).toEqual(new Map([['v2999', 'v2900'], ['v2998', 'v2900']]))
  })

  it('never lets go of the first, the newest or a kept one, is done after once, and leaves no gap wider than its rule', () => {
    const timelines = fc.array(fc.record({ age: fc.nat({ max: 60 * 1440 }), isNamed: fc.boolean() }), { minLength: 1, maxLength: 60 })
      .map((list) => list.sort((a, b) => b.age - a.age).map(({ age, isNamed }, i) => version(age, { id: `v${i}` as VersionId, name: isNamed && i % 4 === 0 ? 'n' : null })))
    fc.assert(fc.property(timelines, (timeline) => {
      const into = thinVersions(timeline, NOW)
      const left = timeline.filter(({ id }) => !into.has(id))
      expect(left).toContain(timeline[0])
      expect(left.at(-1)).toBe(timeline.at(-1))
      expect(timeline.filter((one) => one.name !== null && into.has(one.id))).toEqual([])
      expect(thinVersions(left, NOW).size).toBe(0)
      for (const heir of into.values()) expect(left.map(({ id }) => id)).toContain(heir)
    }))
  })
})

describe('authors', () => {
  const author = (who: string | null, ...cellIds: string[]) => ({ userId: who as UserId | null, name: who ?? 'DataHarbour', cellIds: cellIds as CellId[] })
  it('are each named once, with all their cells', () => {
    expect(joinAuthors([author('ada', 'a', 'b'), author('bob', 'a')], [], [author('ada', 'b', 'c'), author(null)]))
      .toEqual([author('ada', 'a', 'b', 'c'), author('bob', 'a'), author(null)])
  })
})

describe('a name', () => {
  it.each([['  Sent  ', true], ['', false], ['   ', false], ['x'.repeat(200), true], ['x'.repeat(201), false]])('%j is fine: %s', (name, isFine) => {
    expect(checkVersionName(name).ok).toBe(isFine)
  })
})
