/** F8: what a cell shows while the database is away waits in its order, in bounded memory, and is written once. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Output } from '#lib/domain/feed.ts'
import type { CellId, RunId } from '#lib/domain/ids.ts'
import { createLog } from '#server/log.ts'
import type { CellOutput } from '#server/runs/append-output.ts'
import type { ClaimedRun } from '#server/runs/claim-run.ts'
import { createRunWriter, type WriterDeps } from '#workers/runs/run-writer.ts'

const CELL = 'c1' as CellId
const line = (text: string): Output => ({ kind: 'stream', name: 'stdout', text })
const picture = (mark: string, chars: number): Output => ({ kind: 'display', data: { 'image/png': mark.repeat(chars) }, displayId: null, isUpdate: false })
const marksOf = (written: readonly CellOutput[]) => written.map(({ output }) => (output.kind === 'display' ? output.data['image/png']?.[0] : output.kind))

/** Takes the one statement that appends outputs, or refuses connections. */
function createDatabase() {
  const written: CellOutput[] = []
  const database = { isAway: false, written, sql: async (_text: TemplateStringsArray, ...values: unknown[]) => {
    if (database.isAway) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    written.push(...(JSON.parse(values.find((value) => typeof value === 'string' && value.startsWith('[')) as string) as CellOutput[]))
    return [{}]
  } }
  return database
}

function createWriter(database: ReturnType<typeof createDatabase>) {
  const log = createLog({ log: { level: 'silent', format: 'json' } }, 'test')
  const deps = { sql: database.sql, log, now: () => new Date() } as unknown as WriterDeps
  const writer = createRunWriter(deps, { run: { id: randomUUID() as RunId }, token: randomUUID() } as unknown as ClaimedRun)
  return { writer, show: (output: Output) => writer.show(CELL, { kind: 'output', output }) }
}

/** What comes from here on waits behind a write that is tried again and again. */
async function begin(show: (output: Output) => unknown): Promise<void> {
  expect(show(picture('a', 10))).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a writer whose database is away', () => {
  it('lets the cell wait beyond eight million characters, and loses and doubles nothing', async () => {
    const database = createDatabase()
    const { writer, show } = createWriter(database)
    database.isAway = true
    await begin(show)
    expect(show(picture('b', 5_000_000))).toBeUndefined()
    const free = vi.fn()
    const waiting = show(picture('c', 5_000_000))
    void waiting?.then(free)
    await vi.advanceTimersByTimeAsync(60_000)
    expect([waiting, free.mock.calls.length, database.written.length]).toEqual([expect.any(Promise), 0, 0])
    database.isAway = false
    await vi.advanceTimersByTimeAsync(2000)
    expect(free).toHaveBeenCalled()
    expect(show(picture('d', 10))).toBeUndefined()
    const flushed = writer.flush()
    await vi.advanceTimersByTimeAsync(1000)
    await flushed
    expect([writer.isOver, marksOf(database.written)]).toEqual([false, ['a', 'b', 'c', 'd']])
  })

  it('lets a cell go on that prints line by line, or draws one picture anew', async () => {
    const database = createDatabase()
    const { writer, show } = createWriter(database)
    database.isAway = true
    const lines = Array.from({ length: 30_000 }, (_, at) => `${at}\n`)
    const waits = [
      ...lines.map((text) => show(line(text))),
      ...Array.from({ length: 100 }, () => show({ ...picture('p', 500_000), displayId: 'd', isUpdate: true } as Output)),
    ]
    expect(waits.filter((wait) => wait !== undefined)).toEqual([])
    database.isAway = false
    const flushed = writer.flush()
    await vi.advanceTimersByTimeAsync(2000)
    await flushed
    const { written } = database
    expect(written.map(({ output }) => (output.kind === 'stream' ? output.text : '')).join('')).toBe(lines.join(''))
    expect(marksOf(written).filter((mark) => mark === 'p')).toHaveLength(1)
  })

  it('gives the attempt up after its patience, and keeps no cell waiting for that', async () => {
    const database = createDatabase()
    const { writer, show } = createWriter(database)
    database.isAway = true
    await begin(show)
    const waiting = show(picture('b', 9_000_000))
    await vi.advanceTimersByTimeAsync(95_000)
    await waiting
    expect([waiting, writer.isBroken]).toEqual([expect.any(Promise), true])
  })
})
