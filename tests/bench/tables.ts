/**
 * Reading tables over HTTP: the first page whatever the size, beside DuckDB asked directly; a sort of a million rows; tables
 * with ten thousand commits; fifty people who page tables of their own at once, with what the reader's process takes.
 */
import type { Product } from '../support/start-product.ts'
import { openDirectly } from './duckdb-directly.ts'
import { askLag } from './event-loop.ts'
import { readerOf } from './memory.ts'
import { residentMb, single, spread, timeMany, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'
import { openStoredTables, type StoredTables } from './stored-tables.ts'

const SIZES = [10_000, 1_000_000, 10_000_000]
const COMMITS = 10_000
const FILES = 1_000
const PEOPLE = 50
const PEOPLE_ROWS = 200_000
const PAGING_MS = 30_000
const REST_MS = 500
/** A log that takes longer than a question may is read on by the next. */
const TRIES_MAX = 6
const FIRST = { offset: 0, limit: 100, sort: [] as object[], filter: [] as object[] }

export async function benchTables(product: Product, owner: Owner): Promise<Figure[]> {
  const tables = await openStoredTables(product, owner)
  try {
    return [...(await bySize(owner, tables)), ...(await byLog(product, owner, tables)), ...(await byPeople(product, owner, tables))]
  } finally {
    await tables.close()
  }
}

const pageOf = (owner: Owner, id: string, change: Partial<typeof FIRST> = {}) => owner.call<{ rows: unknown[]; total: number }>('POST', `/results/${id}/page`, { ...FIRST, ...change })

async function bySize(owner: Owner, tables: StoredTables): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const rows of SIZES) {
    const { path, id } = await tables.addResult(rows)
    const direct = await openDirectly(tables.config, path)
    const figure = async (name: string, times: number, change: Partial<typeof FIRST>, sql: string): Promise<Figure> => ({
      name: `${name} of ${rows.toLocaleString('en')} rows, over HTTP`, unit: 'ms', ours: await timeMany(times, 3, () => pageOf(owner, id, change)),
      baseline: { name: 'DuckDB asked directly', ...(await timeMany(times, 3, () => direct(sql))) },
    })
    figures.push(await figure('first page', 40, {}, 'select * from t limit 100'))
    if (rows === 1_000_000) figures.push(await figure('sort by a float, first page,', 15, { sort: [{ column: 'value', direction: 'desc' }] }, 'select * from t order by value desc limit 100'))
  }
  return figures
}

/** From nothing known of the table: its reader has never seen it. */
async function byLog(product: Product, owner: Owner, tables: StoredTables): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const hasCheckpoint of [true, false]) {
    const name = `long_${hasCheckpoint ? 'checkpoint' : 'bare'}`
    await tables.addLongTable(name, COMMITS, FILES, hasCheckpoint)
    const read = () => owner.call<{ rows: unknown[]; total: number }>('POST', `/workspaces/${owner.workspaceId}/data/tables/default/${name}/page`, FIRST)
    const before = residentMb(product.web.pid ?? 0)
    await askLag(product.web.pid ?? 0)
    const what = `${COMMITS.toLocaleString('en')} commits, ${FILES.toLocaleString('en')} files, ${hasCheckpoint ? 'a checkpoint' : 'no checkpoint'}`
    let tries = 1
    const first = await timeMany(1, 0, async () => {
      while (!(await read().then(() => true, () => false))) if ((tries += 1) > TRIES_MAX) throw new Error(`${what}: no answer`)
    })
    figures.push({ name: `${what}: first page ever${tries > 1 ? `, asked ${tries} times` : ''}`, unit: 'ms', ours: first, baseline: null })
    const lag = await askLag(product.web.pid ?? 0)
    figures.push(
      { name: `${what}: longest turn of the web process`, unit: 'ms', ours: single(lag.max), baseline: null },
      { name: `${what}: more memory of the web process`, unit: 'MB', ours: single(residentMb(product.web.pid ?? 0) - before), baseline: null },
      { name: `${what}: the page again`, unit: 'ms', ours: await timeMany(10, 0, read), baseline: null },
    )
  }
  return figures
}

async function byPeople(product: Product, owner: Owner, tables: StoredTables): Promise<Figure[]> {
  const { path } = await tables.addResult(PEOPLE_ROWS)
  const ids = await Promise.all(Array.from({ length: PEOPLE }, () => tables.copyResult(path, PEOPLE_ROWS)))
  const took: number[] = []
  const memory: number[] = []
  const watch = setInterval(() => memory.push(residentMb(readerOf(product) ?? 0)), 100)
  const until = performance.now() + PAGING_MS
  await Promise.all(ids.map(async (id, person) => {
    for (let turn = person; performance.now() < until; turn += 1) {
      const startedAt = performance.now()
      await pageOf(owner, id, changeOf(turn))
      took.push(performance.now() - startedAt)
      await new Promise((resolve) => setTimeout(resolve, REST_MS * (1 + (person % 3))))
    }
  }))
  clearInterval(watch)
  const what = `${PEOPLE} people page ${PEOPLE} tables of ${PEOPLE_ROWS.toLocaleString('en')} rows`
  return [
    { name: what, unit: 'ms', ours: spread(took), baseline: null },
    { name: `${what}: memory of the reader`, unit: 'MB', ours: spread(memory.filter((mb) => !Number.isNaN(mb))), baseline: null },
  ]
}

/** The next page, now and then sorted, deep inside, or filtered. */
function changeOf(turn: number): Partial<typeof FIRST> {
  const kind = turn % 8
  if (kind === 2) return { sort: [{ column: 'value', direction: 'desc' }] }
  if (kind === 5) return { offset: PEOPLE_ROWS - 5000 }
  if (kind === 7) return { filter: [{ column: 'value', operator: '>', value: '0.5' }] }
  return { offset: (turn % 50) * 100 }
}
