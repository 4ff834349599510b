/** Two web processes behind one address, as a load balancer that takes turns, beside one process behind the same. */
import { spawn, type ChildProcess } from 'node:child_process'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort, type Product } from '../support/start-product.ts'
import type { Figure, Spread } from './measure.ts'
import type { Owner } from './owner.ts'
import { gather } from './room-crowd.ts'
import { crowd, placeIn, untilOpen } from './room-place.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CROWDS = [{ typists: 20, watchers: 0 }, { typists: 50, watchers: 0 }, { typists: 50, watchers: 200 }]

export async function twoProcesses(product: Product, owner: Owner): Promise<Figure[]> {
  const port = await freePort()
  const second: ChildProcess = spawn(process.execPath, ['server/main.ts'], { cwd: ROOT, env: { ...product.env, PORT: String(port) }, stdio: 'ignore' })
  const first = Number(new URL(product.url).port)
  const balancers = await Promise.all([openBalancer([first]), openBalancer([first, port])])
  const [toOne, toTwo] = [balancers[0]!, balancers[1]!]
  try {
    await untilOpen(port)
    const figures: Figure[] = []
    // The second process runs its code for the first time.
    await typing(product, owner, toTwo, 20, 0)
    for (const { typists, watchers } of CROWDS) {
      const onOne = async (): Promise<Spread> => typing(product, owner, toOne, typists, watchers)
      // Between two runs of one process: what else the machine does falls on both.
      const [before, ours, after] = [await onOne(), await typing(product, owner, toTwo, typists, watchers), await onOne()]
      const alone = before.p95 <= after.p95 ? before : after
      const who = watchers === 0 ? `${typists} people` : `${typists} editors and ${watchers} viewers`
      figures.push({ name: `keystroke → others, ${who}, two web processes behind one address`, unit: 'ms', ours, baseline: { name: 'one process', ...alone }, note: `p95 ${(ours.p95 / alone.p95).toFixed(2)} × of ${alone.p95} ms` })
    }
    return figures
  } finally {
    second.kill()
    balancers.forEach((balancer) => balancer.close())
  }
}

async function typing(product: Product, owner: Owner, balancer: Server, typists: number, watchers: number): Promise<Spread> {
  const origin = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`
  const place = await placeIn(product, owner, 'Behind one address')
  const url = place.url.replace(product.url.replace('http', 'ws'), origin.replace('http', 'ws'))
  return (await gather(crowd({ ...place, url }, typists, watchers))).spread
}

async function openBalancer(ports: number[]): Promise<Server> {
  let turn = 0
  const balancer = createServer((incoming) => {
    const outgoing = connect({ host: '127.0.0.1', port: ports[(turn += 1) % ports.length] ?? 0, noDelay: true })
    incoming.setNoDelay(true)
    for (const socket of [incoming, outgoing]) socket.on('error', () => {}).on('close', () => [incoming, outgoing].forEach((one) => one.destroy()))
    incoming.pipe(outgoing).pipe(incoming)
  })
  await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve))
  return balancer
}
