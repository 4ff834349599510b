/**
 * (f) Rooms under load. 2, 20 and 50 people who type five keys a second, beside a bare relay that stores nothing, in
 * the same sitting; a full house; many notebooks; idle sockets; a long notebook in a browser; two web processes.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { connect, createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { freePort, type Product } from '../support/start-product.ts'
import { residentMb, single, type Figure, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'
import { gather, type CrowdPart } from './room-crowd.ts'

const KEYS_PER_SECOND = 5
const SECONDS = Number(process.env.ROOMS_SECONDS ?? 12)
const IDLE_SOCKETS = Number(process.env.ROOMS_IDLE ?? 10_000)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

type Place = Pick<CrowdPart, 'headers' | 'cellId'> & { url: string }

export async function benchRooms(product: Product, owner: Owner): Promise<Figure[]> {
  const asked = (process.env.ROOMS_ONLY ?? 'small,house,many,idle,long,two').split(',')
  const figures: Figure[] = []
  if (asked.includes('small')) figures.push(...(await besideRelay(product, owner)))
  if (asked.includes('house')) figures.push(await fullHouse(product, owner))
  if (asked.includes('many')) figures.push(await manyNotebooks(product, owner))
  if (asked.includes('two')) figures.push(await twoProcesses(product, owner))
  if (asked.includes('long')) figures.push(await longNotebook(product, owner))
  if (asked.includes('idle')) figures.push(await idleSockets(product, owner))
  return figures
}

async function placeIn(product: Product, owner: Owner, title: string, origin = product.url): Promise<Place> {
  const { id, cellIds } = await owner.makeNotebook(title, [{ kind: 'python', source: '' }])
  return { url: `${origin.replace('http', 'ws')}/rooms/${id}`, headers: { cookie: owner.cookie, origin }, cellId: cellIds[0] ?? null }
}

/** `typists` type and `watchers` only read, split over a few processes. One in ten looks, and never fewer than one in each process. */
function crowd({ url, headers, cellId }: Place, typists: number, watchers = 0): CrowdPart[] {
  const all = typists + watchers
  const processes = all <= 20 ? 1 : Math.ceil(all / 100) + 1
  return Array.from({ length: processes }, (_, i) => {
    const mine = (count: number) => Math.floor((count * (i + 1)) / processes) - Math.floor((count * i) / processes)
    const urls = Array<string>(mine(typists) + mine(watchers)).fill(url)
    const probes = urls.map((_url, at) => at).filter((at) => at % Math.max(1, Math.floor(all / 10)) === 0)
    return { urls, typists: mine(typists), keysPerSecond: KEYS_PER_SECOND, seconds: SECONDS, probes, headers, cellId }
  })
}

async function besideRelay(product: Product, owner: Owner): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const people of [2, 20, 50]) {
    // Ours between two runs of the relay: what else the machine does falls on both.
    const [first, ours, last] = [await onRelay(people), (await gather(crowd(await placeIn(product, owner, `Crowd of ${people}`), people))).spread, await onRelay(people)]
    const relay = first.p95 <= last.p95 ? first : last
    figures.push({ name: `keystroke → others, ${people} people at ${KEYS_PER_SECOND}/s, committed`, unit: 'ms', ours, baseline: { name: 'bare y-websocket relay', ...relay }, note: `p95 ${(ours.p95 / relay.p95).toFixed(2)} × of ${relay.p95} ms` })
  }
  return figures
}

async function onRelay(people: number): Promise<Spread> {
  const port = await freePort()
  const relay = spawn(process.execPath, [fileURLToPath(new URL('./bare-relay.ts', import.meta.url)), String(port)], { stdio: 'ignore' })
  try {
    await untilOpen(port)
    return (await gather(crowd({ url: `ws://127.0.0.1:${port}/room`, headers: {}, cellId: null }, people))).spread
  } finally {
    relay.kill()
  }
}

async function fullHouse(product: Product, owner: Owner): Promise<Figure> {
  const seen = await gather(crowd(await placeIn(product, owner, 'Full house'), 50, 200))
  return { name: 'keystroke → others, 50 editors and 200 viewers in one notebook', unit: 'ms', ours: seen.spread, baseline: null, note: `${seen.sent} keys, ${seen.closed} sockets lost, web ${residentMb(product.web.pid ?? 0)} MB` }
}

async function manyNotebooks(product: Product, owner: Owner): Promise<Figure> {
  const places = await Promise.all(Array.from({ length: 500 }, (_, i) => placeIn(product, owner, `Pair ${i}`)))
  const parts = [0, 1].map((half): CrowdPart => {
    const mine = places.slice(half * 250, half * 250 + 250)
    const urls = mine.flatMap(({ url }) => [url, url])
    return { ...mine[0]!, urls, typists: urls.length, keysPerSecond: 1, seconds: SECONDS, probes: urls.map((_url, at) => at) }
  })
  const seen = await gather(parts)
  return { name: 'keystroke → the other, 500 notebooks of two people at 1/s', unit: 'ms', ours: seen.spread, baseline: null, note: `${seen.sent} keys, ${seen.closed} sockets lost, web ${residentMb(product.web.pid ?? 0)} MB` }
}

/** One address in front of two web processes, as a load balancer that takes turns. */
async function twoProcesses(product: Product, owner: Owner): Promise<Figure> {
  const alone = (await gather(crowd(await placeIn(product, owner, 'One process'), 20))).spread
  const port = await freePort()
  const second: ChildProcess = spawn(process.execPath, ['server/main.ts'], { cwd: ROOT, env: { ...product.env, PORT: String(port) }, stdio: 'ignore' })
  const ports = [Number(new URL(product.url).port), port]
  let turn = 0
  const balancer = createServer((incoming) => {
    const outgoing = connect({ host: '127.0.0.1', port: ports[(turn += 1) % 2] ?? port, noDelay: true })
    incoming.setNoDelay(true)
    for (const socket of [incoming, outgoing]) socket.on('error', () => {}).on('close', () => [incoming, outgoing].forEach((one) => one.destroy()))
    incoming.pipe(outgoing).pipe(incoming)
  })
  await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve))
  try {
    await untilOpen(port)
    const origin = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`
    const place = await placeIn(product, owner, 'Two processes')
    const ours = (await gather(crowd({ ...place, url: place.url.replace(product.url.replace('http', 'ws'), origin.replace('http', 'ws')) }, 20))).spread
    return { name: 'keystroke → others, 20 people, two web processes behind one address', unit: 'ms', ours, baseline: { name: 'one process', ...alone } }
  } finally {
    second.kill()
    balancer.close()
  }
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

async function idleSockets(product: Product, owner: Owner): Promise<Figure> {
  const rooms = await Promise.all(Array.from({ length: 50 }, (_, i) => placeIn(product, owner, `Idle ${i}`)))
  const typing = await placeIn(product, owner, 'Typing beside the idle')
  const parts = Array.from({ length: 4 }, (): CrowdPart => ({
    ...rooms[0]!, urls: Array.from({ length: IDLE_SOCKETS / 4 }, (_, i) => rooms[i % rooms.length]!.url), typists: 0, keysPerSecond: 0, seconds: SECONDS + 10, probes: [],
  }))
  let beside: Spread | null = null
  let memory = Number.NaN
  const seen = await gather(parts, async () => {
    beside = (await gather(crowd(typing, 2))).spread
    memory = residentMb(product.web.pid ?? 0)
  })
  return { name: `keystroke → the other, beside ${IDLE_SOCKETS} idle sockets`, unit: 'ms', ours: beside!, baseline: null, note: `all in after ${(seen.joinedMs / 1000).toFixed(1)} s, web ${memory} MB, ${seen.closed} lost` }
}

async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      setTimeout(() => socket.destroy(), 500)
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Nothing listens on ${port}.`)
}
