/** L3: ten thousand sockets that do nothing, and then all come back at once, while two people type elsewhere. */
import type { Product } from '../support/start-product.ts'
import { residentMb, single, type Figure, type Spread } from './measure.ts'
import type { Owner } from './owner.ts'
import { gather, type CrowdPart } from './room-crowd.ts'
import { crowd, placeIn } from './room-place.ts'

const IDLE_SOCKETS = Number(process.env.ROOMS_IDLE ?? 10_000)
const PROCESSES = 4

export async function idleSockets(product: Product, owner: Owner): Promise<Figure[]> {
  const rooms = await Promise.all(Array.from({ length: 50 }, (_, i) => placeIn(product, owner, `Idle ${i}`)))
  const typing = await placeIn(product, owner, 'Typing beside the idle')
  const parts = Array.from({ length: PROCESSES }, (): CrowdPart => ({
    ...rooms[0]!, urls: Array.from({ length: IDLE_SOCKETS / PROCESSES }, (_, i) => rooms[i % rooms.length]!.url), typists: 0, keysPerSecond: 0, seconds: 0, probes: [],
  }))
  const web = (): number => residentMb(product.web.pid ?? 0)
  let [beside, meanwhile]: (Spread | null)[] = [null, null]
  let [memory, memoryBack, backMs] = [Number.NaN, Number.NaN, Number.NaN]
  const seen = await gather(parts, async (idle) => {
    beside = (await gather(crowd(typing, 2))).spread
    memory = web()
    meanwhile = (await gather(crowd(typing, 2, 0, 1), async () => void (backMs = await idle.comeBack()))).spread
    memoryBack = web()
  })
  return [
    { name: `keystroke → the other, beside ${IDLE_SOCKETS} idle sockets`, unit: 'ms', ours: beside!, baseline: null, note: `all in after ${(seen.joinedMs / 1000).toFixed(1)} s, web ${memory} MB, ${seen.closed} lost` },
    { name: `${IDLE_SOCKETS} sockets dropped, all back`, unit: 's', ours: single(backMs / 1000), baseline: null, note: `web ${memoryBack} MB` },
    { name: `keystroke → the other, while ${IDLE_SOCKETS} sockets come back at once`, unit: 'ms', ours: meanwhile!, baseline: null },
  ]
}
