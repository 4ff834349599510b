/**
 * Chromium as the benchmarks use it: pages of the signed-in owner, and how long a press takes until what it brings is painted.
 * Both instants are the page's own: what drives the browser is in neither.
 */
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from '@playwright/test'
import type { Product } from '../support/start-product.ts'
import type { Owner } from './owner.ts'

/** What is waited for: the first element that this selects, with this text. */
export interface Seen {
  selector: string
  text: string
}

export async function withChromium<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

export function signedIn(product: Product, owner: Owner): BrowserContextOptions {
  const cookies = owner.cookie.split('; ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), domain: new URL(product.url).hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' as const }))
  return { storageState: { cookies, origins: [] } }
}

export async function openNotebookPage(browser: Browser, product: Product, owner: Owner, notebookId: string): Promise<Page> {
  const context = await browser.newContext({ ...signedIn(product, owner), viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(`${product.url}/harbour/n/${notebookId}`)
  await page.getByText('Saved', { exact: true }).waitFor()
  return page
}

/** Of the nth cell, counted from 0; it is there while the cell does not run. */
export const runButton = (page: Page, nth = 0): Locator => page.getByRole('article').nth(nth).getByRole('button', { name: 'Run cell' })

/** Milliseconds from the click, as the page gets it, to the end of the frame that shows what it brings. */
export async function clickToPainted(page: Page, button: Locator, seen: Seen): Promise<number> {
  await page.evaluate(watchClick, seen)
  await button.click()
  return page.evaluate(() => (window as Probe).painted ?? Number.NaN)
}

type Probe = Window & { painted?: Promise<number> }

/** In the page. A change made while a frame is put together is painted with it, any other with the next. */
function watchClick({ selector, text }: Seen): void {
  const patienceMs = 120_000
  let clickedAt = Number.NaN
  let isInFrame = false
  let isDone = false
  const afterFrame = (act: () => void) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = act
    port2.postMessage(null)
  }
  const beginFrame = () => {
    isInFrame = true
    afterFrame(() => (isInFrame = false))
    if (!isDone) requestAnimationFrame(beginFrame)
  }
  addEventListener('click', () => (clickedAt = performance.now()), { once: true, capture: true })
  ;(window as Probe).painted = new Promise((resolve, reject) => {
    const tell = () => resolve(performance.now() - clickedAt)
    setTimeout(() => reject(new Error(`“${text}” did not come to ${selector}`)), patienceMs)
    const watcher = new MutationObserver(() => {
      if (Number.isNaN(clickedAt) || document.querySelector(selector)?.textContent?.trim() !== text) return
      watcher.disconnect()
      isDone = true
      if (isInFrame) afterFrame(tell)
      else requestAnimationFrame(() => afterFrame(tell))
    })
    watcher.observe(document, { subtree: true, childList: true, characterData: true })
  })
  requestAnimationFrame(beginFrame)
}
