/**
 * (h) Opening a notebook: from its address in a browser that has nothing of it yet to the first letter that somebody
 * typed into its first cell, on screen. `OPEN_BESIDE` is the address of a notebook of a thousand cells in JupyterLab
 * (with its token), to be opened in turns with ours.
 */
import type { Browser, BrowserContextOptions } from '@playwright/test'
import type { Product } from '../support/start-product.ts'
import { signedIn, withChromium } from './browser-page.ts'
import { spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'

const ROUNDS = 5
/** Short, because who is not heard at first is found to be so much later at most. */
const AGAIN_MS = 150
const OURS = 'article .monaco-editor .view-lines'
const JUPYTER = '.jp-Notebook .jp-CodeCell .cm-content'

export async function benchOpenNotebook(product: Product, owner: Owner): Promise<Figure[]> {
  const addressOf = async (cells: number) => {
    const { id } = await owner.makeNotebook(`${cells} cells`, Array.from({ length: cells }, (_, i) => ({ kind: 'python', source: `value_${i} = ${i}\nprint(value_${i})` })))
    return `${product.url}/harbour/n/${id}`
  }
  const [long, short] = [await addressOf(1000), await addressOf(5)]
  const beside = process.env.OPEN_BESIDE
  const options = signedIn(product, owner)
  const [longMs, shortMs, besideMs]: number[][] = [[], [], []]
  await withChromium(async (browser) => {
    for (let round = -1; round < ROUNDS; round++) {
      const letter = String.fromCharCode(98 + round)
      const found = [await open(browser, long, OURS, letter, options), await open(browser, short, OURS, letter, options), beside === undefined ? 0 : await open(browser, beside, JUPYTER, letter)]
      if (round >= 0) [longMs, shortMs, besideMs].forEach((values, at) => values?.push(found[at] ?? Number.NaN))
    }
  })
  const baseline = beside === undefined ? null : { name: 'JupyterLab, 1 000 cells', ...spread(besideMs ?? []) }
  return [
    { name: 'address → typed letter, 1 000 cells', unit: 'ms', ours: spread(longMs ?? []), baseline },
    { name: 'address → typed letter, 5 cells', unit: 'ms', ours: spread(shortMs ?? []), baseline: null },
  ]
}

/** Presses the first editor in the moment in which it is there, types, and gives the instant at which the letters are on screen. */
async function open(browser: Browser, address: string, editor: string, letter: string, options: BrowserContextOptions = {}): Promise<number> {
  const context = await browser.newContext({ ...options, viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  const typed = `~${letter}~`
  const shown = new Promise<number>((resolve) => void page.exposeBinding('tellShown', (_source, at: number) => resolve(at)))
  await page.exposeBinding('tellThere', async (_source, first: Place) => {
    // Who does not see their letters, because the page took the caret away or moved the cell, presses and types again.
    let place: Place | null = first
    for (let isShown = false; !isShown;) {
      if (place !== null) {
        await page.mouse.click(place.x, place.y)
        await page.keyboard.type(typed)
      }
      isShown = await Promise.race([shown.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, AGAIN_MS, false))])
      if (!isShown) place = await page.evaluate(() => (window as unknown as Told).placeToPress())
    }
  })
  await page.addInitScript(watchEditor, { editor, typed })
  await page.goto(address, { waitUntil: 'commit' })
  const at = await shown
  await context.close()
  return at
}

type Place = { x: number; y: number }
type Told = Window & { tellThere: (place: Place) => void; tellShown: (at: number) => void; placeToPress: () => Place | null }

/** In the page. An editor that is made behind its text is not there before it is shown. */
function watchEditor({ editor, typed }: { editor: string; typed: string }): void {
  const told = window as unknown as Told
  let isThere = false
  told.placeToPress = () => {
    const found = document.querySelector(editor)
    if (found === null || getComputedStyle(found).visibility === 'hidden') return null
    const { left, top } = found.getBoundingClientRect()
    return { x: left + 60, y: top + 12 }
  }
  const watcher = new MutationObserver(() => {
    if (!isThere) {
      const place = told.placeToPress()
      if (place === null) return
      told.tellThere(place)
    }
    isThere = true
    if (document.querySelector(editor)?.textContent?.includes(typed) !== true) return
    watcher.disconnect()
    told.tellShown(performance.now())
  })
  watcher.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['class'], characterData: true })
}
