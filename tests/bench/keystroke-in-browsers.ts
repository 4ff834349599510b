/**
 * From the key's event in one browser to the text in the other's editor: two pages of a notebook, and in turns with them, key by
 * key, two pages with the same editor that have nothing but the bare relay between them.
 */
import type { Browser, Page } from '@playwright/test'
import type { Product } from '../support/start-product.ts'
import { openNotebookPage, withChromium } from './browser-page.ts'
import { spread, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'
import { serveRelayPage, type Relay } from './relay.ts'

const KEYS = 50
const WARM_UPS = 10
const PAUSE_MS = 30
const LINES = 'article .monaco-editor .view-lines'

interface Pair {
  writer: Page
  reader: Page
}

export async function measureInBrowsers(product: Product, owner: Owner, notebookId: string, relay: Relay): Promise<{ ours: Spread; relay: Spread }> {
  const bare = await serveRelayPage(relay)
  try {
    return await withChromium(async (browser) => {
      const ours = await openPair(() => openNotebookPage(browser, product, owner, notebookId))
      const relayed = await openPair(() => openAddress(browser, bare.url))
      const [took, tookRelay]: [number[], number[]] = [[], []]
      for (let i = -WARM_UPS; i < KEYS; i++) {
        const [ms, relayMs] = [await pressKey(ours), await pressKey(relayed)]
        if (i >= 0) took.push(ms)
        if (i >= 0) tookRelay.push(relayMs)
      }
      return { ours: spread(took), relay: spread(tookRelay) }
    })
  } finally {
    await bare.close()
  }
}

async function openPair(open: () => Promise<Page>): Promise<Pair> {
  const pair = { writer: await open(), reader: await open() }
  for (const page of [pair.reader, pair.writer]) await page.locator(LINES).first().waitFor()
  await pair.writer.locator(LINES).first().click()
  return pair
}

async function openAddress(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  await page.goto(url)
  return page
}

async function pressKey({ writer, reader }: Pair): Promise<number> {
  await writer.evaluate(() => addEventListener('keydown', () => ((window as Probe).pressedAt = performance.timeOrigin + performance.now()), { once: true, capture: true }))
  await reader.evaluate(watchText, LINES)
  await writer.keyboard.press('x')
  const at = await reader.evaluate(() => (window as Probe).seenAt ?? Number.NaN)
  const pressedAt = await writer.evaluate(() => (window as Probe).pressedAt ?? Number.NaN)
  await writer.waitForTimeout(PAUSE_MS)
  return at - pressedAt
}

type Probe = Window & { pressedAt?: number; seenAt?: Promise<number> }

/** In the reading page: the instant at which its editor's lines hold one letter more. Names at carets are not in the lines. */
function watchText(lines: string): void {
  const patienceMs = 20_000
  const lettersOf = () => document.querySelector(lines)?.textContent?.length ?? 0
  const before = lettersOf()
  ;(window as Probe).seenAt = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the letter did not come')), patienceMs)
    const watcher = new MutationObserver(() => {
      if (lettersOf() <= before) return
      watcher.disconnect()
      resolve(performance.timeOrigin + performance.now())
    })
    watcher.observe(document.querySelector('article') ?? document.body, { subtree: true, childList: true, characterData: true })
  })
}
