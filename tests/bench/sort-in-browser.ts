/**
 * A result of a million rows in the page: from the click on a column's name to the first rows of the new order painted, sorted up and
 * down, and back to the stored order; each in turns with DuckDB asked directly for the same rows of the same table.
 */
import postgres from 'postgres'
import type { Config } from '#server/config.ts'
import type { Product } from '../support/start-product.ts'
import { clickToPainted, openNotebookPage, withChromium } from './browser-page.ts'
import { openDirectly } from './duckdb-directly.ts'
import { followFeed } from './feed-client.ts'
import { spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'

const ROUNDS = 20
const WARM_UPS = 2
const SOURCE = 'display(spark.range(1_000_000).selectExpr("id", "rand(7) as value"))'
const FIRST_VALUE = 'article [role="grid"] [data-row="0"][data-column="0"]'
/** What three presses on a name bring. */
const ORDERS = [
  { direction: 'asc', sql: 'select * from t order by value limit 200' },
  { direction: 'desc', sql: 'select * from t order by value desc limit 200' },
  { direction: null, sql: 'select * from t limit 200' },
] as const

export async function sortInBrowser(product: Product, owner: Owner, config: Config): Promise<Figure[]> {
  const { notebookId, resultId } = await displayWhole(product, owner)
  const direct = await openDirectly(config, await pathOf(product, resultId))
  const firsts = await Promise.all(ORDERS.map(async ({ direction }) => {
    const sort = direction === null ? [] : [{ column: 'value', direction }]
    const { rows } = await owner.call<{ rows: unknown[][] }>('POST', `/results/${resultId}/page`, { offset: 0, limit: 1, sort, filter: [] })
    return String(rows[0]?.[0])
  }))
  const took = { sorted: [] as number[], plain: [] as number[] }
  const directly = { sorted: [] as number[], plain: [] as number[] }
  await withChromium(async (browser) => {
    const page = await openNotebookPage(browser, product, owner, notebookId)
    await page.locator(FIRST_VALUE).waitFor()
    const name = page.getByRole('columnheader').nth(1).getByTitle('Press to sort')
    for (let round = -WARM_UPS; round < ROUNDS; round++) {
      for (const [at, { direction, sql }] of ORDERS.entries()) {
        const ms = await clickToPainted(page, name, { selector: FIRST_VALUE, text: firsts[at] ?? '' })
        const startedAt = performance.now()
        await direct(sql)
        const kind = direction === null ? 'plain' : 'sorted'
        if (round >= 0) directly[kind].push(performance.now() - startedAt)
        if (round >= 0) took[kind].push(ms)
      }
    }
  })
  const figure = (name: string, kind: keyof typeof took): Figure => ({ name, unit: 'ms', ours: spread(took[kind]), baseline: { name: 'DuckDB asked directly', ...spread(directly[kind]) } })
  return [figure('click on a name → first rows of 1 M, as stored, painted', 'plain'), figure('click on a name → first rows of 1 M, sorted, painted', 'sorted')]
}

async function displayWhole(product: Product, owner: Owner): Promise<{ notebookId: string; resultId: string }> {
  const { id: notebookId } = await owner.makeNotebook('A million rows', [{ kind: 'python', source: SOURCE, rowLimit: null }])
  const feed = await followFeed(product, owner, notebookId)
  const ended = feed.next((event) => event.kind === 'run.changed' && event.state === 'succeeded')
  const shown = feed.next((event) => event.kind === 'output.added' && event.output.kind === 'result')
  await owner.call('POST', `/notebooks/${notebookId}/runs`, { scope: { kind: 'all' } })
  const { event } = await shown
  await ended
  feed.close()
  return { notebookId, resultId: event.kind === 'output.added' && event.output.kind === 'result' ? event.output.resultId : '' }
}

async function pathOf(product: Product, resultId: string): Promise<string> {
  const sql = postgres(product.env.DATABASE_URL ?? '', { max: 1 })
  const [row] = await sql<{ path: string }[]>`select path from results where id = ${resultId}`
  await sql.end()
  return row?.path ?? ''
}
