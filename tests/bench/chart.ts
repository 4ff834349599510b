/**
 * A chart over ten million rows, through the reader process: bars of a few categories, a histogram, a line over time with
 * colours, and raw points; against DuckDB asked directly for the same groups in one process, with the table attached and pinned.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ChartEncoding } from '#lib/domain/chart.ts'
import { loadConfig } from '#server/config.ts'
import { createLog } from '#server/log.ts'
import { createMinioObjects } from '#server/objects/minio-objects.ts'
import { createReader } from '#server/reader/create-reader.ts'
import type { TableRef } from '#server/reader/reader.ts'
import type { Product } from '../support/start-product.ts'
import { openDirectly } from './duckdb-directly.ts'
import { timeMany, type Figure } from './measure.ts'

const ROWS = 10_000_000
const KEY = 'bench/10m-trips'
const TABLE: TableRef = {
  path: KEY,
  version: 0,
  columns: [{ name: 'id', type: 'bigint' }, { name: 'city', type: 'string' }, { name: 'kind', type: 'string' }, { name: 'amount', type: 'double' }, { name: 'at', type: 'timestamp' }],
}
const BASE: ChartEncoding = { mark: 'bar', x: 'city', y: 'amount', color: null, aggregate: 'avg' }

const CHARTS: [name: string, encoding: ChartEncoding, directly: string][] = [
  ['the mean of 300 categories', BASE, 'select city, avg(amount) from t group by 1 order by 2 desc limit 200'],
  ['a histogram', { ...BASE, x: 'amount', y: null, aggregate: 'count' }, 'select floor(amount / 20) * 20, count(*) from t group by 1 order by 1'],
  ['a line by time, in colours', { ...BASE, mark: 'line', x: 'at', color: 'kind', aggregate: 'sum' }, "select date_trunc('day', at), kind, sum(amount) from t group by 1, 2 order by 1"],
  ['points, a sample', { ...BASE, mark: 'point', x: 'id', aggregate: 'none' }, 'select id, amount from t using sample reservoir(5000 rows) repeatable (1)'],
]

export async function benchChart(product: Product): Promise<Figure[]> {
  const config = loadConfig(product.env)
  const objects = createMinioObjects(config.s3)
  await objects.removeAll(`${KEY}/`)
  await promisify(execFile)(config.python, [fileURLToPath(new URL('./make_trips.py', import.meta.url)), KEY, String(ROWS)], { env: product.env })
  const reader = createReader({ config, log: createLog({ log: { level: 'silent', format: 'json' } }, 'bench'), objects })
  const direct = await openDirectly(config, KEY)
  const figures: Figure[] = []
  try {
    for (const [name, encoding, sql] of CHARTS) {
      const ours = await timeMany(8, 2, async () => {
        const answer = await reader.chart(TABLE, encoding)
        if (!answer.ok) throw new Error(answer.message)
      })
      figures.push({ name: `chart over 10 M rows: ${name}`, unit: 'ms', ours, baseline: { name: 'DuckDB asked directly', ...(await timeMany(8, 2, () => direct(sql))) } })
    }
    return figures
  } finally {
    await reader.close()
    await objects.removeAll(`${KEY}/`)
  }
}
