/** S30: a pool's places, whoever asks, in whatever order the answers come. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairShare, type FairShare } from '#workers/fair-share.ts'

let jobs = 0
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** One place of a pool whose queue always has a job of `flag` first: takes it unless it is told to leave such alone. */
async function take(share: FairShare, flag: string): Promise<boolean> {
  const full = await share.ask()
  await settle()
  const isMine = full?.includes(flag) !== true
  share.answered(isMine ? { id: `job-${(jobs += 1)}`, flag } : null)
  return isMine
}
const takeAll = async (share: FairShare, flag: string, times: number) => (await Promise.all(Array.from({ length: times }, () => take(share, flag)))).filter(Boolean).length

describe('S30: a workspace', () => {
  it('alone comes to three quarters of the places, also when all of them ask in the same moment; the next and the third still find some', async () => {
    const share = createFairShare(20)
    expect(await takeAll(share, 'greedy', 20)).toBe(15)
    expect(await takeAll(share, 'second', 5)).toBe(4)
    expect(await takeAll(share, 'third', 1)).toBe(1)
  })

  it('has its place again when one of its own is done', async () => {
    const share = createFairShare(4)
    expect(await takeAll(share, 'a', 4)).toBe(3)
    share.ended(`job-${jobs}`)
    expect(await take(share, 'a')).toBe(true)
    expect(await take(share, 'a')).toBe(false)
  })

  it('never has so much that nothing is left for another, whatever comes and goes', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 2, max: 24 }), fc.array(fc.record({ flag: fc.constantFrom('a', 'b', 'c', null), burst: fc.integer({ min: 1, max: 8 }), ends: fc.nat(4) }), { maxLength: 30 }), async (places, steps) => {
      const share = createFairShare(places)
      const held: { id: string; flag: string | null }[] = []
      const of = (flag: string) => held.filter((job) => job.flag === flag).length
      for (const { flag, burst, ends } of steps) {
        await Promise.all(Array.from({ length: Math.min(burst, places - held.length) }, async () => {
          const full = await share.ask()
          await settle()
          if (flag !== null && full?.includes(flag) === true) return share.answered(null)
          const job = { id: `job-${(jobs += 1)}`, flag }
          held.push(job)
          share.answered(job)
          // A place is left to whoever has none, unless others than this one filled the pool.
          if (flag !== null) expect(of(flag)).toBeLessThanOrEqual(Math.max(1, 3 * (places - held.length + 1)))
        }))
        for (const job of held.splice(0, ends)) share.ended(job.id)
      }
    }), { numRuns: 150 })
  })
})
