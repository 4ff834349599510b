/**
 * (c) `display` of a 10 000-row Spark DataFrame → its first rows over HTTP (run, Delta, page), against `df.limit(1000).toPandas()` alone
 * on the same Spark. Then from a click on Run to rows painted in the grid.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ComputeId } from '#lib/domain/ids.ts'
import { keepAddress, secretUrl } from '#workers/compute/spark-address.ts'
import type { Product } from '../support/start-product.ts'
import { displayInBrowser } from './display-in-browser.ts'
import { followFeed } from './feed-client.ts'
import { spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'

const TIMES = 12
const WARM_UPS = 3
const FRAME = 'spark.range(10000).selectExpr("id", "id * 2 as twice", "concat(\'row \', id) as name")'
const DIRECT = `
import sys, time, json
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
df = ${FRAME}
took = []
for i in range(${TIMES + WARM_UPS}):
    at = time.perf_counter()
    df.limit(1000).toPandas()
    took.append((time.perf_counter() - at) * 1000)
print(json.dumps(took[${WARM_UPS}:]))
`

export async function benchDisplay(product: Product, owner: Owner): Promise<Figure[]> {
  const notebook = await owner.makeNotebook('Display', [{ kind: 'python', source: `display(${FRAME})` }])
  const feed = await followFeed(product, owner, notebook.id)
  const ours: number[] = []
  for (let i = -WARM_UPS; i < TIMES; i++) {
    const ended = feed.next((event) => event.kind === 'run.changed' && event.state === 'succeeded')
    const result = feed.next((event) => event.kind === 'output.added' && event.output.kind === 'result')
    const startedAt = performance.now()
    await owner.call('POST', `/notebooks/${notebook.id}/runs`, { scope: { kind: 'cell', cellId: notebook.cellIds[0] } })
    const { event } = await result
    const resultId = event.kind === 'output.added' && event.output.kind === 'result' ? event.output.resultId : ''
    await owner.call('POST', `/results/${resultId}/page`, { offset: 0, limit: 100, sort: [], filter: [] })
    if (i >= 0) ours.push(performance.now() - startedAt)
    await ended
  }
  feed.close()
  const [compute] = await owner.call<{ id: ComputeId }[]>('GET', `/workspaces/${owner.workspaceId}/computes`)
  const url = secretUrl(await keepAddress(product.dataDir, compute!.id))
  const { stdout } = await promisify(execFile)(product.env.PYTHON ?? 'python3', ['-c', DIRECT, url], { maxBuffer: 1e7 })
  const direct = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as number[]
  const clicked = await displayInBrowser(product, owner)
  return [
    { name: 'display of 10 000 rows → its first rows over HTTP', unit: 'ms', ours: spread(ours), baseline: { name: 'df.limit(1000).toPandas() alone', ...spread(direct) } },
    { name: 'click on Run → rows of a display of 10 000 painted', unit: 'ms', ours: clicked.ours, baseline: { name: 'df.limit(1000).toPandas() in the same session', ...clicked.directly } },
  ]
}
