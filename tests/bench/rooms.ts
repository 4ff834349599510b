/**
 * (f) Rooms under load. 2, 20 and 50 people who type five keys a second, beside a bare relay that stores nothing, in
 * the same sitting; a full house (L1; `ROOMS_HOUSE_SECONDS=600` is the promised ten minutes); many notebooks (L2); idle
 * sockets that all come back at once (L3); a long notebook in a browser; two web processes.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { freePort, type Product } from '../support/start-product.ts'
import { askLag } from './event-loop.ts'
import { idleSockets } from './idle-sockets.ts'
import { quantile, residentMb, single, type Figure, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'
import { gather, type CrowdPart } from './room-crowd.ts'
import { crowd, KEYS_PER_SECOND, placeIn, SECONDS, untilOpen, type Place } from './room-place.ts'
import { twoProcesses } from './two-processes.ts'

const HOUSE_SECONDS = Number(process.env.ROOMS_HOUSE_SECONDS ?? SECONDS)

export async function benchRooms(product: Product, owner: Owner): Promise<Figure[]> {
  const asked = (process.env.ROOMS_ONLY ?? 'small,house,many,idle,long,two').split(',')
  const figures: Figure[] = []
  if (asked.includes('small')) figures.push(...(await besideRelay(product, owner)))
  if (asked.includes('house')) figures.push(await fullHouse(product, owner))
  if (asked.includes('many')) for (const keysPerSecond of [1, KEYS_PER_SECOND]) figures.push(await manyNotebooks(product, owner, keysPerSecond))
  if (asked.includes('two')) figures.push(...(await twoProcesses(product, owner)))
  if (asked.includes('long')) figures.push(await longNotebook(product, owner))
  if (asked.includes('idle')) figures.push(...(await idleSockets(product, owner)))
  return figures
}

async function besideRelay(product: Product, owner: Owner): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const people of [2, 20, 50]) {
    // Ours between two runs of the relay: what else the machine does falls on both.
    const [first, ours, last] = [await onRelay(people), await onOurs(product, owner, people), await onRelay(people)]
    const relay = first.p95 <= last.p95 ? first : last
    figures.push({ name: `keystroke → others, ${people} people at ${KEYS_PER_SECOND}/s, committed`, unit: 'ms', ours, baseline: { name: 'bare y-websocket relay', ...relay }, note: `p95 ${(ours.p95 / relay.p95).toFixed(2)} × of ${relay.p95} ms` })
  }
  return figures
}

/** A server at work has run its code before; ten keys a second would be measured in code that is not compiled yet. */
const warmUp = (place: Place): Promise<unknown> => gather(crowd(place, 20, 0, 4))

async function onOurs(product: Product, owner: Owner, people: number): Promise<Spread> {
  await warmUp(await placeIn(product, owner, 'Before'))
  return (await gather(crowd(await placeIn(product, owner, `Crowd of ${people}`), people))).spread
}

async function onRelay(people: number): Promise<Spread> {
  const port = await freePort()
  const relay = spawn(process.execPath, [fileURLToPath(new URL('./bare-relay.ts', import.meta.url)), String(port)], { stdio: 'ignore' })
  try {
    await untilOpen(port)
    const place = { url: `ws://127.0.0.1:${port}/room`, headers: {}, cellId: null }
    await warmUp(place)
    return (await gather(crowd(place, people))).spread
  } finally {
    relay.kill()
  }
}

async function fullHouse(product: Product, owner: Owner): Promise<Figure> {
  const seen = await gather(crowd(await placeIn(product, owner, 'Full house'), 50, 200, HOUSE_SECONDS))
  return { name: 'keystroke → others, 50 editors and 200 viewers in one notebook', unit: 'ms', ours: seen.spread, baseline: null, note: `${HOUSE_SECONDS} s, p99 ${quantile(seen.delays, 0.99)} ms, ${seen.sent} keys, ${seen.closed} sockets lost, web ${residentMb(product.web.pid ?? 0)} MB` }
}

async function manyNotebooks(product: Product, owner: Owner, keysPerSecond: number): Promise<Figure> {
  const places = await Promise.all(Array.from({ length: 500 }, (_, i) => placeIn(product, owner, `Pair ${i}`)))
  const parts = [0, 1].map((half): CrowdPart => {
    const mine = places.slice(half * 250, half * 250 + 250)
    const urls = mine.flatMap(({ url }) => [url, url])
    return { ...mine[0]!, urls, typists: urls.length, keysPerSecond, seconds: SECONDS, probes: urls.map((_url, at) => at) }
  })
  const pid = product.web.pid ?? 0
  const seen = await gather(parts, async () => void (await askLag(pid)))
  const lag = await askLag(pid)
  return { name: `keystroke → the other, 500 notebooks of two people at ${keysPerSecond}/s`, unit: 'ms', ours: seen.spread, baseline: null, note: `p99 ${quantile(seen.delays, 0.99)} ms, event loop late p99 ${lag.p99} ms, ${seen.sent} keys, ${seen.closed} sockets lost, web ${residentMb(pid)} MB` }
}

async function longNotebook(product: Product, owner: Owner): Promise<Figure> {
  const cells = Array.from({ length: 1000 }, (_, i) => ({ kind: 'python' as const, source: `value_${i} = ${i}\nprint(value_${i})` }))
  const { id } = await owner.makeNotebook('A thousand cells', cells)
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
  try {
    const took: number[] = []
    for (let i = 0; i < 4; i += 1) {
      const context = await browser.newContext()
      await context.addCookies(owner.cookie.split('; ').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: product.url })))
      const page = await context.newPage()
      const began = performance.now()
      await page.goto(`${product.url}/harbour/n/${id}`, { waitUntil: 'commit' })
      const lines = page.locator('article .monaco-editor .view-lines').first()
      await lines.click()
      await page.keyboard.type('#')
      await page.waitForFunction(() => document.querySelector('article .monaco-editor .view-lines')?.textContent?.includes('#'))
      took.push(performance.now() - began)
      await context.close()
    }
    const sorted = took.slice(1).sort((a, b) => a - b)
    return { name: 'notebook of 1 000 cells, from the address to a typed letter', unit: 'ms', ours: { ...single(sorted[1] ?? Number.NaN), n: sorted.length }, baseline: null, note: `first visit ${Math.round(took[0] ?? 0)} ms` }
  } finally {
    await browser.close()
  }
}
