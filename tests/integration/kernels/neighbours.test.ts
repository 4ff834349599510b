/**
 * L8: one notebook takes a whole processor, another all the memory that it may have, again and again; the others go on.
 * `NEIGHBOURS=30` is the crowd of the promise, with as many kernels as two more.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cancelRun } from '#server/runs/cancel-run.ts'
import { createRunWorld, NO_SPARK, textOf, until, type RunWorld } from '../../support/run-world.ts'

const NEIGHBOURS = Number(process.env.NEIGHBOURS ?? 3)
const ROUNDS = 6
/** The promise is judged where it is asked for; beside other tests it is enough that nobody waits for the loop. */
const WITHIN_MS = process.env.NEIGHBOURS === undefined ? 5000 : 1000

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld({ SPARK_REMOTE: NO_SPARK, KERNEL_MEMORY: '400m' })
  await world.startWorker()
}, 60_000)
afterAll(() => world.close(), 60_000)

it(`L8: beside a busy loop and a kernel at its memory limit, ${NEIGHBOURS} others go on printing`, async () => {
  const [busy, greedy] = [await world.addNotebook('while True: pass'), await world.addNotebook('kept = []\nwhile True: kept.append(bytearray(b"x" * 4_000_000))')]
  const others = await Promise.all(Array.from({ length: NEIGHBOURS }, () => world.addNotebook('print(1)')))
  for (const other of others) expect((await world.ended((await world.request(other)).id)).state).toBe('succeeded')
  const loop = await world.request(busy)
  let ends = 0
  let isOver = false
  const eating = (async () => {
    while (!isOver) {
      const { state, reason } = await world.ended((await world.request(greedy)).id)
      expect([state, reason]).toEqual(['failed', expect.stringContaining('ran out of memory')])
      ends += 1
    }
  })()
  await until(async () => (await world.read(loop.id)).state === 'running')

  const took: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const other of others) {
      const { rows, stop } = world.follow(other)
      const askedAt = performance.now()
      const run = await world.request(other)
      await until(() => rows.some(({ event }) => event.kind === 'output.added' && event.runId === run.id))
      took.push(performance.now() - askedAt)
      stop()
      expect(textOf(await world.outputsOf(await world.ended(run.id)))).toBe('1\n')
    }
  }
  isOver = true
  await eating
  expect((await cancelRun(world.deps, world.person, { runId: loop.id })).ok).toBe(true)
  expect((await world.ended(loop.id)).state).toBe('cancelled')
  took.sort((a, b) => a - b)
  const p95 = took[Math.floor(took.length * 0.95)]!
  console.info(`${NEIGHBOURS} neighbours: median ${Math.round(took[took.length >> 1]!)} ms, p95 ${Math.round(p95)} ms; ${ends} times a kernel ended at its limit`)
  expect(ends).toBeGreaterThan(0)
  expect(p95).toBeLessThan(WITHIN_MS)
}, 60_000 + NEIGHBOURS * 10_000)
