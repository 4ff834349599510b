/**
 * Fair share: how many of a pool's places one workspace may hold, so that none can keep the others waiting [S30]. A job
 * says by a flag whose it is. A workspace takes another place only while it holds fewer than SHARE times those that are
 * free: alone it comes to three quarters, whoever comes next finds some, and whoever comes then still finds one.
 *
 * The queue is asked by several at once, and who asks does not know whose job will come. So whoever asks while the
 * answers that are on their way could take somebody over their share waits for those first: milliseconds, and only then.
 */
const SHARE = 3

export interface FairShare {
  /** Before the queue is asked: whose jobs must wait now, null for nobody's. */
  ask(): Promise<string[] | null>
  /** What the queue answered: a job, whose it is (null: nobody's in particular), or none. */
  answered(job: { id: string; flag: string | null } | null): void
  ended(jobId: string): void
}

export function createFairShare(places: number): FairShare {
  const flags = new Map<string, string | null>()
  let asking = 0
  let waiting: (() => void)[] = []

  const wake = () => {
    const all = waiting
    waiting = []
    for (const go of all) go()
  }
  function held(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const flag of flags.values()) if (flag !== null) counts.set(flag, (counts.get(flag) ?? 0) + 1)
    return counts
  }

  return {
    async ask() {
      for (;;) {
        const counts = [...held()]
        const most = SHARE * (places - flags.size)
        const full = counts.filter(([, count]) => count >= most).map(([flag]) => flag)
        const fullest = Math.max(0, ...counts.map(([, count]) => count).filter((count) => count < most))
        if (asking === 0 || fullest + asking < SHARE * (places - flags.size - asking)) {
          asking += 1
          return full.length === 0 ? null : full
        }
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
    answered(job) {
      asking -= 1
      if (job !== null) flags.set(job.id, job.flag)
      wake()
    },
    ended(jobId) {
      flags.delete(jobId)
      wake()
    },
  }
}
