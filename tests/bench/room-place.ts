/** A notebook to be in, who is in it, and whether a port is open: what the benches of rooms share. */
import { connect } from 'node:net'
import type { Product } from '../support/start-product.ts'
import type { Owner } from './owner.ts'
import type { CrowdPart } from './room-crowd.ts'

export const KEYS_PER_SECOND = 5
export const SECONDS = Number(process.env.ROOMS_SECONDS ?? 12)

export type Place = Pick<CrowdPart, 'headers' | 'cellId'> & { url: string }

export async function placeIn(product: Product, owner: Owner, title: string, origin = product.url): Promise<Place> {
  const { id, cellIds } = await owner.makeNotebook(title, [{ kind: 'python', source: '' }])
  return { url: `${origin.replace('http', 'ws')}/rooms/${id}`, headers: { cookie: owner.cookie, origin }, cellId: cellIds[0] ?? null }
}

/** `typists` type and `watchers` only read, split over a few processes. One in ten looks, and never fewer than one in each process. */
export function crowd({ url, headers, cellId }: Place, typists: number, watchers = 0, seconds = SECONDS): CrowdPart[] {
  const all = typists + watchers
  const processes = all <= 20 ? 1 : Math.ceil(all / 100) + 1
  return Array.from({ length: processes }, (_, i) => {
    const mine = (count: number) => Math.floor((count * (i + 1)) / processes) - Math.floor((count * i) / processes)
    const urls = Array<string>(mine(typists) + mine(watchers)).fill(url)
    const probes = urls.map((_url, at) => at).filter((at) => at % Math.max(1, Math.floor(all / 10)) === 0)
    return { urls, typists: mine(typists), keysPerSecond: KEYS_PER_SECOND, seconds, probes, headers, cellId }
  })
}

export async function untilOpen(port: number): Promise<void> {
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
