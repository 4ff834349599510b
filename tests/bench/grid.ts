/**
 * (i) Scrolling a large table in a browser: 1 M rows of 20 columns and a thousand rows of 10 000, down and to the side by the
 * wheel, and the time between two frames meanwhile. Cells that are not there yet when they come into view stand as
 * grey bars and do not hold a frame up, so the time until the last of them has its value is measured besides.
 */
import { chromium, type Page } from '@playwright/test'
import postgres from 'postgres'
import { loadConfig } from '#server/config.ts'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Product } from '../support/start-product.ts'
import { quantile, single, spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'

const TURNS = 90
const SHAPES = [{ name: '1 M × 20', rows: 1_000_000, columns: 20 }, { name: '1 k × 10 k', rows: 1000, columns: 10_000 }]

export async function benchGrid(product: Product, owner: Owner): Promise<Figure[]> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  const cookies = owner.cookie.split('; ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), domain: new URL(product.url).hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' as const }))
  const figures: Figure[] = []
  try {
    for (const shape of SHAPES) {
      const address = await makeTable(product, owner, shape)
      const context = await browser.newContext({ storageState: { cookies, origins: [] }, viewport: { width: 1440, height: 900 } })
      const page = await context.newPage()
      await page.goto(`${product.url}${address}`)
      const grid = page.getByRole('grid')
      await grid.getByText('0', { exact: true }).first().waitFor({ timeout: 60_000 })
      await page.waitForTimeout(1500)
      await grid.hover()
      for (const [way, x, y] of [['down', 0, 400], ['to the side', 400, 0]] as const) {
        const { frames, settledMs } = await scroll(page, x, y)
        figures.push(
          { name: `${shape.name}: between two frames, scrolling ${way}`, unit: 'ms', ours: spread(frames), baseline: null, note: `p99 ${quantile(frames, 0.99)} ms` },
          { name: `${shape.name}: last turn of the wheel → every cell has its value`, unit: 'ms', ours: single(settledMs), baseline: null },
        )
      }
      await context.close()
    }
    return figures
  } finally {
    await browser.close()
  }
}

async function scroll(page: Page, x: number, y: number): Promise<{ frames: number[]; settledMs: number }> {
  await page.evaluate(() => {
    const state = window as unknown as { frames: number[]; isOver: boolean }
    state.frames = []
    state.isOver = false
    let last = performance.now()
    const look = (now: number): void => {
      state.frames.push(now - last)
      last = now
      if (!state.isOver) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  for (let turn = 0; turn < TURNS; turn++) await page.mouse.wheel(x, y)
  const endedAt = performance.now()
  await page.waitForFunction(() => document.querySelectorAll('[role="grid"] [role="gridcell"] > .bg-secondary').length === 0, undefined, { polling: 'raf', timeout: 30_000 })
  const settledMs = performance.now() - endedAt
  const frames = await page.evaluate(() => {
    const state = window as unknown as { frames: number[]; isOver: boolean }
    state.isOver = true
    return state.frames.slice(1)
  })
  return { frames, settledMs }
}

/** A cell shows a small table of these columns; a large one is put in its place, as the grid knows the rows from its pages. */
async function makeTable(product: Product, owner: Owner, { rows, columns }: { rows: number; columns: number }): Promise<string> {
  const source = `import pandas\nimport numpy\npandas.DataFrame({f"c{at}": numpy.arange(at, at + 2, dtype="int64") for at in range(${columns})})`
  const { id } = await owner.makeNotebook(`${rows} × ${columns}`, [{ kind: 'python', source }])
  await owner.call('POST', `/notebooks/${id}/runs`, { scope: { kind: 'all' } })
  const sql = postgres(product.env.DATABASE_URL ?? '', { max: 1 })
  try {
    let resultId: string | undefined
    for (let tries = 0; resultId === undefined && tries < 600; tries++) {
      resultId = (await sql`select id from results where notebook_id = ${id}`)[0]?.id as string | undefined
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    if (resultId === undefined) throw new Error('The cell showed no table.')
    const key = `bench/grid-${rows}-${columns}`
    const config = loadConfig(product.env)
    await promisify(execFile)(config.python, [fileURLToPath(new URL('./make_delta.py', import.meta.url)), key, String(rows), String(columns)], { env: product.env })
    await sql`update results set path = ${key}, rows = ${rows} where id = ${resultId}`
    return `/harbour/n/${id}`
  } finally {
    await sql.end()
  }
}
