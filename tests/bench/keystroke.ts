/**
 * (a) A keystroke: insert in one client → there in the other, two clients. Ours commits every edit to Postgres;
 * the bare relay stores nothing. Then the same between two browsers, from the key's event to the other page's text.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from '@playwright/test'
import { cellText } from '#lib/document/read-notebook.ts'
import type { CellId } from '#lib/domain/ids.ts'
import * as Y from 'yjs'
import { freePort, type Product } from '../support/start-product.ts'
import { spread, type Figure, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'
import { connectYjs, type YjsClient } from './yjs-client.ts'

const KEYS = 200
const PAUSE_MS = 20

export async function benchKeystroke(product: Product, owner: Owner): Promise<Figure[]> {
  const relay = await measureRelay()
  const notebook = await owner.makeNotebook('Keystrokes', [{ kind: 'python', source: '' }])
  const cellId = notebook.cellIds[0] as CellId
  const url = `${product.url.replace('http', 'ws')}/rooms/${notebook.id}`
  const headers = { cookie: owner.cookie, origin: product.url }
  const ours = await measure(url, headers, (doc) => cellText(doc, cellId) ?? raise('the cell is not there'))
  const browsers = await measureBrowsers(product, owner, notebook.id)
  const baseline = { name: 'bare y-websocket relay', ...relay }
  return [
    { name: 'keystroke → other client, committed', unit: 'ms', ours, baseline },
    { name: 'keydown in one browser → text in the other', unit: 'ms', ours: browsers, baseline: null },
  ]
}

async function measureRelay(): Promise<Spread> {
  const port = await freePort()
  const relay = spawn(process.execPath, [fileURLToPath(new URL('./bare-relay.ts', import.meta.url)), String(port)], { stdio: 'ignore' })
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const spreadOfRelay = await measure(`ws://127.0.0.1:${port}/room`, {}, (doc) => doc.getText('source'))
  relay.kill()
  return spreadOfRelay
}

async function measure(url: string, headers: Record<string, string>, textOf: (doc: Y.Doc) => Y.Text): Promise<Spread> {
  const [writer, reader] = [connectYjs(url, headers), connectYjs(url, headers)] as [YjsClient, YjsClient]
  await Promise.all([writer.isSynced, reader.isSynced])
  const target = textOf(reader.doc)
  const source = textOf(writer.doc)
  const values: number[] = []
  for (let i = 0; i < KEYS; i++) {
    const arrived = new Promise<number>((resolve) => target.observe(function seen() {
      target.unobserve(seen)
      resolve(performance.now())
    }))
    const startedAt = performance.now()
    source.insert(source.length, 'x')
    values.push((await arrived) - startedAt)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  writer.close()
  reader.close()
  return spread(values)
}

async function measureBrowsers(product: Product, owner: Owner, notebookId: string): Promise<Spread> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  try {
    const [writer, reader] = [await openNotebook(browser, product, owner, notebookId), await openNotebook(browser, product, owner, notebookId)]
    await writer.locator('article').first().click()
    await writer.keyboard.press('Enter')
    await reader.evaluate(watchText)
    const values: number[] = []
    for (let i = 0; i < 60; i++) {
      await writer.evaluate(() => addEventListener('keydown', () => ((window as Probe).pressedAt = performance.timeOrigin + performance.now()), { once: true, capture: true }))
      const seen = reader.evaluate(() => new Promise<number>((resolve) => ((window as Probe).onText = resolve)))
      await writer.keyboard.press('x')
      const [at, pressedAt] = [await seen, await writer.evaluate(() => (window as Probe).pressedAt ?? 0)]
      if (i >= 10) values.push(at - pressedAt)
      await writer.waitForTimeout(30)
    }
    return spread(values)
  } finally {
    await browser.close()
  }
}

type Probe = Window & { pressedAt?: number; onText?: (at: number) => void }

/** In the reading page: tells the instant at which the cell's text on screen changes. */
function watchText(): void {
  const article = document.querySelector('article')
  let before = article?.textContent
  new MutationObserver(() => {
    if (article?.textContent === before) return
    before = article?.textContent
    ;(window as Probe).onText?.(performance.timeOrigin + performance.now())
  }).observe(article ?? document.body, { subtree: true, childList: true, characterData: true })
}

async function openNotebook(browser: Browser, product: Product, owner: Owner, notebookId: string): Promise<Page> {
  const context = await browser.newContext()
  const cookies = owner.cookie.split('; ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: product.url }))
  await context.addCookies(cookies)
  const page = await context.newPage()
  await page.goto(`${product.url}/harbour/n/${notebookId}`)
  await page.getByText('Saved', { exact: true }).waitFor()
  return page
}

function raise(sentence: string): never {
  throw new Error(sentence)
}
