/**
 * From the click on a cell's Run button to its output painted on the page, on a warm kernel; in turns with the same kernel asked
 * directly. The cell prints a counter: of two outputs alike none could say which run it came from.
 */
import type { Product } from '../support/start-product.ts'
import { clickToPainted, openNotebookPage, runButton, withChromium } from './browser-page.ts'
import type { DirectKernel } from './direct-kernel.ts'
import { spread, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'

const TIMES = 40
const WARM_UPS = 5
/** No hand presses again sooner than the run's last words are written. */
const REST_MS = 100
const SOURCE = "count = globals().get('count', 0) + 1\nprint(count)"
const OUTPUT = 'article [aria-label^="Output of"]'

export async function clickToOutput(product: Product, owner: Owner, direct: DirectKernel): Promise<{ ours: Spread; directly: Spread }> {
  const notebook = await owner.makeNotebook('First output, clicked', [{ kind: 'python', source: SOURCE }])
  const [ours, directly]: [number[], number[]] = [[], []]
  await withChromium(async (browser) => {
    const page = await openNotebookPage(browser, product, owner, notebook.id)
    for (let count = 1; count <= WARM_UPS + TIMES; count++) {
      const took = await clickToPainted(page, runButton(page), { selector: OUTPUT, text: String(count) })
      await runButton(page).waitFor()
      await page.waitForTimeout(REST_MS)
      const tookDirectly = await direct.firstOutput(SOURCE)
      if (count > WARM_UPS) ours.push(took)
      if (count > WARM_UPS) directly.push(tookDirectly)
    }
  })
  return { ours: spread(ours), directly: spread(directly) }
}
