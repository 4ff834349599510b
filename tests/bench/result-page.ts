/**
 * (d) The first page of a result of one million rows, a page deep inside it, and a sort over it, through the reader
 * process; against DuckDB asked directly in one process on the same table, attached and pinned. Then the same to the page.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import type { TableRef } from '#server/reader/reader.ts'
import type { PageRequest } from '#lib/domain/result.ts'
import type { Product } from '../support/start-product.ts'
import { openDirectly } from './duckdb-directly.ts'
import { timeMany, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'
import { sortInBrowser } from './sort-in-browser.ts'

const ROWS = 1_000_000
const KEY = 'bench/1m'
const TABLE: TableRef = {
  path: KEY,
  version: 0,
  columns: [{ name: 'id', type: 'bigint' }, { name: 'name', type: 'string' }, { name: 'value', type: 'double' }, { name: 'at', type: 'timestamp' }],
}
const FIRST: PageRequest = { offset: 0, limit: 100, sort: [], filter: [] }

export async function benchResultPage(product: Product, owner: Owner): Promise<Figure[]> {
  const config = loadConfig(product.env)
  const objects = createMinioObjects(config.s3)
  await objects.removeAll(`${KEY}/`)
  await promisify(execFile)(config.python, [fileURLToPath(new URL('./make_delta.py', import.meta.url)), KEY, String(ROWS)], { env: product.env })
  const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'bench'), objects })
  const direct = await openDirectly(config, KEY)
  const page = (request: PageRequest) => async () => {
    const answer = await reader.page(TABLE, request)
    if (!answer.ok) throw new Error(answer.message)
  }
  try {
    const figure = async (name: string, request: PageRequest, sql: string): Promise<Figure> => ({
      name, unit: 'ms', ours: await timeMany(30, 3, page(request)), baseline: { name: 'DuckDB asked directly', ...(await timeMany(30, 3, () => direct(sql))) },
    })
    return [
      await figure('first page of 1 M rows', FIRST, 'select * from t limit 100'),
      await figure('a page at row 900 000', { ...FIRST, offset: 900_000 }, 'select * from t limit 100 offset 900000'),
      await figure('sort of 1 M rows by a float, first page', { ...FIRST, sort: [{ column: 'value', direction: 'desc' }] }, 'select * from t order by value desc limit 100'),
      ...(await sortInBrowser(product, owner, config)),
    ]
  } finally {
    await reader.close()
    await objects.removeAll(`${KEY}/`)
  }
}
