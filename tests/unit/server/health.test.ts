/** The looks behind health: shared, given up when they hang, and each part told for itself. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHealth } from '#server/health.ts'
import type { Log } from '#server/log.ts'
import type { Sql } from '#server/store/client.ts'

const never = () => new Promise<never>(() => {})
const rows = (text: string): unknown[] => (text.includes('from computes') ? [] : [{ isAlive: true }])
const times = { withinMs: 3000, giveUpMs: 15_000 }

function watch({ database = async (text: string): Promise<unknown[]> => rows(text), objects = async (): Promise<void> => {}, reader = async (): Promise<void> => {} } = {}) {
  const asked = { database: 0, objects: 0, reader: 0 }
  const warned: unknown[] = []
  const sql = ((strings: TemplateStringsArray) => {
    const text = strings.join('')
    if (text.includes('from computes')) asked.database += 1
    return database(text)
  }) as unknown as Sql
  const log = { warn: (fields: unknown) => void warned.push(fields) } as unknown as Log
  const health = createHealth({
    sql, log, reader: { check: () => ((asked.reader += 1), reader()) },
    objects: { check: () => ((asked.objects += 1), objects()) } as Parameters<typeof createHealth>[0]['objects'],
  }, times)
  return { health, asked, warned }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('health', () => {
  it('is up where every part is, and leaves no timer behind', async () => {
    const { health } = watch()
    expect(await health.check()).toMatchObject({ state: 'up', parts: { postgres: { state: 'up', reason: null }, worker: { state: 'up' }, compute: { state: 'asleep' } } })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('without the database tells the others as they are, and what only the database knows as unknown', async () => {
    const { health, warned } = watch({ database: () => Promise.reject(new Error('connect ECONNREFUSED')) })
    const { state, parts } = await health.check()
    expect([state, parts.postgres.state, parts.objects.state, parts.reader.state]).toEqual(['down', 'down', 'up', 'up'])
    for (const part of [parts.worker, parts.compute]) expect(part).toMatchObject({ state: 'unknown', reason: 'The database does not answer, so this is not known.' })
    await health.check()
    expect(warned).toHaveLength(1)
  })

  it.each([
    [Object.assign(new Error('no bucket at http://minio'), { code: 'NoSuchBucket' }), 'The object store answers, but the bucket is not there.'],
    [new Error('at http://minio', { cause: Object.assign(new Error(''), { code: 'AccessDenied' }) }), 'The object store answers, but does not take the keys that it is asked with.'],
    [new Error('connect ECONNREFUSED 10.0.0.7:9000'), 'The object store does not answer.'],
  ])('explains the store by its answer and never with its words', async (error, reason) => {
    const { health } = watch({ objects: () => Promise.reject(error) })
    expect((await health.check()).parts.objects).toMatchObject({ state: 'down', reason })
  })

  it('answers within its time when a part hangs, however many ask, with one look at it', async () => {
    const { health, asked } = watch({ database: never, objects: never, reader: never })
    const all = Array.from({ length: 50 }, () => health.check())
    await vi.advanceTimersByTimeAsync(times.withinMs)
    for (const { parts } of await Promise.all(all)) expect([parts.postgres.state, parts.objects.state, parts.reader.state]).toEqual(['down', 'down', 'down'])
    expect(asked).toEqual({ database: 1, objects: 1, reader: 1 })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives up a look that hangs and sees that the part is there again', async () => {
    let hangs = true
    const { health, asked } = watch({ objects: () => (hangs ? never() : Promise.resolve()) })
    const first = health.check()
    await vi.advanceTimersByTimeAsync(times.giveUpMs + 1)
    expect((await first).parts.objects.state).toBe('down')
    hangs = false
    expect((await health.check()).parts.objects.state).toBe('up')
    expect(asked.objects).toBe(2)
  })
})
