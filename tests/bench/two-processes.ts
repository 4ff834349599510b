/**
 * Two web processes behind one address beside one alone: as `WEB_PROCESSES` starts them, where a notebook's people are led
 * to one process, and as a load balancer that takes turns, where they are in both and hear of each other by Postgres.
 */
import { spawn } from 'node:child_process'
import { connect, createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort, type Product } from '../support/start-product.ts'
import { spread, type Figure } from './measure.ts'
import type { Owner } from './owner.ts'
import { gather } from './room-crowd.ts'
import { crowd, placeIn, untilOpen } from './room-place.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
interface Crowd { notebooks: number; typists: number; watchers: number }
const CROWDS: Crowd[] = [
  { notebooks: 1, typists: 20, watchers: 0 }, { notebooks: 1, typists: 50, watchers: 0 }, { notebooks: 1, typists: 50, watchers: 200 }, { notebooks: 6, typists: 20, watchers: 0 },
]

interface Address {
  url: string
  close: () => void
}

export async function twoProcesses(product: Product, owner: Owner): Promise<Figure[]> {
  const shared = await startWeb(product, 2)
  const second = await startWeb(product, 1)
  const [alone, turns] = await Promise.all([openBalancer([product.url]), openBalancer([product.url, second.url])])
  const ways = [
    { how: 'two web processes at one address', two: shared, one: { url: product.url } },
    { how: 'two web processes, a balancer that takes turns', two: turns, one: alone },
  ]
  try {
    const figures: Figure[] = []
    // These processes run their code for the first time, the one that they are held against does not.
    for (const { two } of ways) await typing(product, owner, two.url, { notebooks: 6, typists: 20, watchers: 0 })
    for (const { how, two, one } of ways) {
      for (const people of CROWDS) {
        // Between two runs of one process: what else the machine does falls on both.
        const onOne = (): Promise<number[]> => typing(product, owner, one.url, people)
        const [before, ours, after] = [await onOne(), spread(await typing(product, owner, two.url, people)), await onOne()]
        const baseline = spread([...before, ...after])
        figures.push({ name: `keystroke → others, ${told(people)}, ${how}`, unit: 'ms', ours, baseline: { name: 'one process', ...baseline }, note: `p95 ${(ours.p95 / baseline.p95).toFixed(2)} × of ${baseline.p95} ms` })
      }
    }
    return figures
  } finally {
    for (const one of [shared, second, alone, turns]) one.close()
  }
}

const told = ({ notebooks, typists, watchers }: Crowd): string =>
  `${typists} ${watchers === 0 ? 'people' : `editors and ${watchers} viewers`}${notebooks === 1 ? '' : ` in each of ${notebooks} notebooks`}`

async function typing(product: Product, owner: Owner, url: string, { notebooks, typists, watchers }: Crowd): Promise<number[]> {
  const places = await Promise.all(Array.from({ length: notebooks }, (_, i) => placeIn(product, owner, `Behind one address ${i}`)))
  const ways = places.map((place) => ({ ...place, url: place.url.replace(product.url.replace('http', 'ws'), url.replace('http', 'ws')) }))
  return (await gather(ways.flatMap((place) => crowd(place, typists, watchers)))).delays
}

async function startWeb(product: Product, processes: number): Promise<Address> {
  const port = await freePort()
  const web = spawn(process.execPath, ['server/main.ts'], { cwd: ROOT, env: { ...product.env, PORT: String(port), WEB_PROCESSES: String(processes) }, stdio: 'ignore' })
  await untilOpen(port)
  return { url: `http://127.0.0.1:${port}`, close: () => void web.kill() }
}

async function openBalancer(urls: string[]): Promise<Address> {
  const ports = urls.map((url) => Number(new URL(url).port))
  let turn = 0
  const balancer = createServer((incoming) => {
    const outgoing = connect({ host: '127.0.0.1', port: ports[(turn += 1) % ports.length] ?? 0, noDelay: true })
    incoming.setNoDelay(true)
    for (const socket of [incoming, outgoing]) socket.on('error', () => {}).on('close', () => [incoming, outgoing].forEach((one) => one.destroy()))
    incoming.pipe(outgoing).pipe(incoming)
  })
  await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`, close: () => void balancer.close() }
}
