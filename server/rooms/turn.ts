/**
 * What is done at the end of a turn of the event loop, once for all the messages that came in it: first people are told,
 * then other processes, then Postgres is asked to store. A quiet process is at the end of its turn after one message; a
 * busy one saves a system call, a NOTIFY or a commit for each message but the first.
 */
export type Phase = 'tell' | 'notify' | 'store'

export interface Turn {
  later(phase: Phase, work: () => void): void
}

const PHASES: Phase[] = ['tell', 'notify', 'store']

export function createTurn(): Turn {
  const due: (() => void)[][] = PHASES.map(() => [])
  let isDue = false
  /** The phase that is under way. */
  let at = -1

  const end = (): void => {
    isDue = false
    for (at = 0; at < PHASES.length; at += 1) {
      // It may grow meanwhile.
      for (const work of due[at] ?? []) work()
      due[at] = []
    }
    at = -1
  }
  return {
    later: (phase, work) => {
      const place = PHASES.indexOf(phase)
      due[place]?.push(work)
      if (isDue || (at !== -1 && place >= at)) return
      isDue = true
      setImmediate(end)
    },
  }
}
