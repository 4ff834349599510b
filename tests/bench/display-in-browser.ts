/**
 * From the click on Run to the first rows of `display` of 10 000 rows painted in the grid; in turns with `df.limit(1000).toPandas()` of
 * the same frame in another cell of the same notebook, timed in there. A column tells the round that the rows are of.
 */
import type { Product } from '../support/start-product.ts'
import { clickToPainted, openNotebookPage, runButton, withChromium } from './browser-page.ts'
import { followFeed, type FeedClient } from './feed-client.ts'
import { spread, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'

const TIMES = 20
const WARM_UPS = 3
const SHOW = `turn = globals().get("turn", 0) + 1
df = spark.range(10000).selectExpr(f"{turn} as turn", "id", "id * 2 as twice", "concat('row ', id) as name")
display(df)`
const DIRECTLY = `from time import perf_counter
began = perf_counter()
pandas_frame = df.limit(1000).toPandas()
print((perf_counter() - began) * 1000)`
const FIRST_VALUE = 'article [role="grid"] [data-row="0"][data-column="0"]'

export async function displayInBrowser(product: Product, owner: Owner): Promise<{ ours: Spread; directly: Spread }> {
  const notebook = await owner.makeNotebook('Display, clicked', [SHOW, DIRECTLY].map((source) => ({ kind: 'python' as const, source })))
  const feed = await followFeed(product, owner, notebook.id)
  const [ours, directly]: [number[], number[]] = [[], []]
  try {
    await withChromium(async (browser) => {
      const page = await openNotebookPage(browser, product, owner, notebook.id)
      for (let turn = 1; turn <= WARM_UPS + TIMES; turn++) {
        const took = await clickToPainted(page, runButton(page, 0), { selector: FIRST_VALUE, text: String(turn) })
        await runButton(page, 0).waitFor()
        const tookDirectly = await printed(owner, feed, notebook.id, notebook.cellIds[1])
        if (turn > WARM_UPS) ours.push(took)
        if (turn > WARM_UPS) directly.push(tookDirectly)
      }
    })
  } finally {
    feed.close()
  }
  return { ours: spread(ours), directly: spread(directly) }
}

/** The number that a cell prints. */
async function printed(owner: Owner, feed: FeedClient, notebookId: string, cellId: string | undefined): Promise<number> {
  const ended = feed.next((event) => event.kind === 'run.changed' && event.state === 'succeeded')
  const told = feed.next((event) => event.kind === 'output.added' && event.output.kind === 'stream')
  await owner.call('POST', `/notebooks/${notebookId}/runs`, { scope: { kind: 'cell', cellId } })
  const { event } = await told
  await ended
  return event.kind === 'output.added' && event.output.kind === 'stream' ? Number(event.output.text) : Number.NaN
}
