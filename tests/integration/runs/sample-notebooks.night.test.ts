/** The sample notebooks, run to their end on the real Spark, twice: what they promise on the page is what comes out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { SampleNotebook } from '#server/store/sample-notebooks/build-cells.ts'
import { EXPLORING } from '#server/store/sample-notebooks/exploring.ts'
import { FLIGHTS } from '#server/store/sample-notebooks/flights.ts'
import { LOADING } from '#server/store/sample-notebooks/loading.ts'
import { createRunWorld, textOf, type RunWorld } from '../../support/run-world.ts'
import { loadSamples } from '../../support/spark-cluster.ts'

const MINUTES = 60_000

let world: RunWorld
beforeAll(async () => {
  world = await createRunWorld({ SPARK_MEMORY: '1g' })
  loadSamples()
  await world.startWorker()
}, 2 * MINUTES)
afterAll(() => world.close(), 90_000)

async function runAll(notebook: NotebookId) {
  const done = await world.ended((await world.request(notebook)).id, 5 * MINUTES)
  expect(done.state, done.reason ?? '').toBe('succeeded')
  const of = (cell: string) => world.outputsOf(done, cell)
  return {
    text: async (cell: string) => textOf(await of(cell)),
    table: async (cell: string) => (await of(cell)).filter((output) => output.kind === 'result').at(-1),
    shown: async (cell: string) => JSON.stringify(await of(cell)),
  }
}

const add = ({ cells }: SampleNotebook): Promise<NotebookId> => world.addNotebook(...cells)

describe('a sample notebook', () => {
  it('has cells of its own names, once each', () => {
    const ids = [FLIGHTS, LOADING, EXPLORING].flatMap(({ cells }) => cells.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set([FLIGHTS, LOADING, EXPLORING].map(({ id }) => id)).size).toBe(3)
  })

  it('about flights: cleans, joins, checks and looks back', async () => {
    const run = await runAll(await add(FLIGHTS))
    expect(await run.text('flights-clean')).toMatch(/^3,000,000 rows before, 2,9\d\d,\d{3} after\n$/)
    expect(await run.table('flights-join')).toMatchObject({ rows: 1000, columns: expect.arrayContaining([expect.objectContaining({ name: 'destination_state' })]) as unknown[] })
    expect(await run.table('flights-check')).toMatchObject({ rows: 5 })
    expect(await run.text('flights-guard')).toBe('The rules that must hold do.\n')
    expect(await run.table('flights-window')).toMatchObject({ rows: 181, columns: expect.arrayContaining([expect.objectContaining({ name: 'delay_mean_7' })]) as unknown[] })
    expect(await run.table('flights-cities')).toMatchObject({ truncated: false })
  }, 8 * MINUTES)

  it('about loading: brings in what is new, and nothing when it runs again', async () => {
    const notebook = await add(LOADING)
    const first = await runAll(notebook)
    expect(await first.shown('loading-first')).not.toMatch(/'loaded': 0/)
    expect(await first.shown('loading-second')).not.toMatch(/'loaded': 0/)
    expect(await first.shown('loading-again')).toMatch(/'loaded': 0/)
    expect(await first.table('loading-months')).toMatchObject({ rows: 3 })
    expect(await first.shown('loading-correct')).toMatch(/'inserted': 1/)
    expect(await first.table('loading-history')).toMatchObject({ rows: 2 })
    expect(await first.table('loading-travel')).toMatchObject({ rows: 2 })
    const again = await runAll(notebook)
    expect(await again.shown('loading-second')).toMatch(/'loaded': 0/)
    expect(await again.table('loading-months')).toMatchObject({ rows: 3 })
    expect(await again.shown('loading-correct')).toMatch(/'inserted': 0/)
  }, 8 * MINUTES)

  it('about exploring: profile, correlation, cohorts and anomalies have rows', async () => {
    const run = await runAll(await add(EXPLORING))
    expect(await run.table('exploring-profile')).toMatchObject({ rows: 5 })
    expect(await run.table('exploring-correlation')).toMatchObject({ rows: 16 })
    expect(await run.table('exploring-cohorts')).toMatchObject({ rows: expect.any(Number) as number, columns: [{ name: 'cohort' }, { name: 'step' }, { name: 'members' }, { name: 'active' }, { name: 'share' }] })
    expect(((await run.table('exploring-anomalies')) as { rows: number }).rows).toBeGreaterThan(0)
    expect(await run.table('exploring-airports')).toMatchObject({ rows: 36 })
  }, 8 * MINUTES)
})
