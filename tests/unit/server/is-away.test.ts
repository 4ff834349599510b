/** When work is given up because the database is away, and when it is not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sql } from '#server/store/client.ts'
import { DatabaseAway, isDatabaseAway, whileDatabaseAnswers } from '#server/store/is-away.ts'
import { createPulse } from '#server/store/pulse.ts'

const never = () => new Promise<never>(() => {})
const after = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms))
const refused = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))
const full = () => Promise.reject(Object.assign(new Error('sorry, too many clients already'), { code: '53300' }))

/** A database whose answer is what `say` gives, and how often it was asked, and connected to anew. */
function database(say: () => Promise<unknown>) {
  const seen = { asked: 0, opened: 0, ended: 0 }
  const pulse = createPulse(() => {
    seen.opened += 1
    return Object.assign(() => ((seen.asked += 1), say()), { end: async () => void (seen.ended += 1) }) as unknown as Sql
  })
  return { pulse, seen }
}

/** What becomes of work that takes so long, after so many milliseconds. */
async function run(say: () => Promise<unknown>, work: Promise<string>, ms: number) {
  const dropped: string[] = []
  let told = 'under way'
  whileDatabaseAnswers(database(say).pulse, work, (late) => dropped.push(late)).then((value) => (told = value), (error: unknown) => (told = error instanceof DatabaseAway ? 'given up' : 'failed'))
  await vi.advanceTimersByTimeAsync(ms)
  return { told: () => told, dropped }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('work that takes long', () => {
  it('goes on for as long as the database answers', async () => {
    expect((await run(async () => [], after(300_000, 'a file'), 300_001)).told()).toBe('a file')
  })

  it('goes on while the database has no connection left for the question', async () => {
    expect((await run(full, after(60_000, 'a file'), 60_001)).told()).toBe('a file')
  })

  it('goes on over a restart of the database of three seconds', async () => {
    const began = performance.now()
    const restarts = () => (performance.now() - began < 5000 ? refused() : Promise.resolve([]))
    expect((await run(restarts, after(10_000, 'a file'), 10_001)).told()).toBe('a file')
  })

  it.each<[how: string, say: () => Promise<unknown>]>([['hangs', never], ['refuses', refused]])('is given up within seconds when the database %s', async (_how, say) => {
    const { told } = await run(say, never(), 1900)
    expect(told()).toBe('under way')
    await vi.advanceTimersByTimeAsync(5000)
    expect(told()).toBe('given up')
  })

  it('that was given up and comes to its end later is dropped, once', async () => {
    const { told, dropped } = await run(never, after(60_000, 'a stream'), 59_000)
    expect([told(), dropped]).toEqual(['given up', []])
    await vi.advanceTimersByTimeAsync(2000)
    expect([told(), dropped]).toEqual(['given up', ['a stream']])
  })

  it('that was given up and fails later disturbs nobody', async () => {
    const { told, dropped } = await run(never, after(60_000, '').then(() => Promise.reject(new Error('late'))), 61_000)
    expect([told(), dropped]).toEqual(['given up', []])
  })
})

describe('an error', () => {
  it.each([
    [new DatabaseAway(), true],
    [new Error('Failed query', { cause: Object.assign(new Error('terminating connection'), { code: '57P01' }) }), true],
    [new Error('anything'), false],
  ])('%s tells whether the database is away where the database answers', async (error, isAway) => {
    expect(await isDatabaseAway(database(async () => []).pulse, error)).toBe(isAway)
  })

  it('without a reason of its own is the database’s when that does not answer', async () => {
    expect(await isDatabaseAway(database(refused).pulse, new Error('anything'))).toBe(true)
  })
})

describe('the pulse', () => {
  it('is felt once for all who ask meanwhile', async () => {
    const { pulse, seen } = database(() => after(1000, []))
    const all = Promise.all([pulse.answers(), pulse.answers(), pulse.answers()])
    await vi.advanceTimersByTimeAsync(1000)
    expect([await all, seen]).toEqual([[true, true, true], { asked: 1, opened: 1, ended: 0 }])
    await Promise.all([pulse.answers(), vi.advanceTimersByTimeAsync(1000)])
    expect(seen).toEqual({ asked: 2, opened: 1, ended: 0 })
  })

  it('takes another connection for one that hangs', async () => {
    let say: () => Promise<unknown> = never
    const { pulse, seen } = database(() => say())
    const hangs = pulse.answers()
    await vi.advanceTimersByTimeAsync(15_001)
    say = async () => []
    expect([await hangs, await pulse.answers(), seen]).toEqual([false, true, { asked: 2, opened: 2, ended: 1 }])
  })
})
