/**
 * What is done at the end of a turn of the event loop, once for all the messages that came in it: first people are told,
 * then other processes, then Postgres is asked to store. A quiet process is at the end of its turn after one message; a
 * busy one saves a system call, a NOTIFY or a commit for each message but the first. The work is many rooms': a fault of
 * one is told to that one, and the others' goes on.
 */
export type Phase = 'tell' | 'notify' | 'store'

type OnFault = (error: unknown) => void

export interface Turn {
  later(phase: Phase, work: () => void, onFault?: OnFault): void
}

const PHASES: Phase[] = ['tell', 'notify', 'store']

/** `report`: of work that is nobody's in particular. */
export function createTurn(report: OnFault): Turn {
  const due: { work: () => void; onFault: OnFault }[][] = PHASES.map(() => [])
  let isDue = false
  /** The phase that is under way. */
  let at = -1

  const end = (): void => {
    isDue = false
    for (at = 0; at < PHASES.length; at += 1) {
      // It may grow meanwhile.
      for (const { work, onFault } of due[at] ?? []) attempt(work, (error) => attempt(() => onFault(error), report))
      due[at] = []
    }
    at = -1
  }
  return {
    later: (phase, work, onFault = report) => {
      const place = PHASES.indexOf(phase)
      due[place]?.push({ work, onFault })
      if (isDue || (at !== -1 && place >= at)) return
      isDue = true
      setImmediate(end)
    },
  }
}

function attempt(work: () => void, onFault: OnFault): void {
  try {
    work()
  } catch (error) {
    onFault(error)
  }
}
