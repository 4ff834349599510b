/** A crowd of clients in child processes, and what they saw: how long a keystroke takes to each client that looks. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { spread, type Spread } from './measure.ts'

export interface CrowdPart {
  /** One client each; the first `typists` of them type. */
  urls: string[]
  typists: number
  keysPerSecond: number
  seconds: number
  /** Indexes of the clients that look at what comes. */
  probes: number[]
  headers: Record<string, string>
  /** The cell to type into; null on the bare relay. */
  cellId: string | null
}

export interface CrowdSight {
  delays: number[]
  sent: number
  closed: number
  joinedMs: number
}

const CHILD = fileURLToPath(new URL('./room-crowd-child.ts', import.meta.url))

/** A crowd that is in. */
export interface Crowd {
  /** Drops every socket and opens all anew at once; resolves with the time until the last is in. */
  comeBack: () => Promise<number>
}

/** `atWork` runs while all of them are in; the crowd stays until its time is over and the work done. */
export async function gather(parts: CrowdPart[], atWork: (crowd: Crowd) => Promise<void> | void = () => undefined): Promise<CrowdSight & { spread: Spread }> {
  const children = parts.map((part) => {
    const child = fork(CHILD, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.send(part)
    return child
  })
  await Promise.all(children.map(async (child) => {
    const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]) as [unknown]
    if (first !== 'joined') throw new Error(`A part of the crowd did not get in: ${String(first)}`)
  }))
  const tell = (word: string): void => children.forEach((child) => child.send(word))
  const answers = async <T>(): Promise<T[]> => (await Promise.all(children.map((child) => once(child, 'message')))).map(([answer]) => answer as T)
  tell('go')
  await atWork({
    comeBack: async () => {
      const back = answers<number>()
      tell('come back')
      return Math.max(...(await back))
    },
  })
  const sights = answers<CrowdSight>()
  tell('end')
  const seen = await sights
  const sum = (of: (sight: CrowdSight) => number): number => seen.reduce((total, sight) => total + of(sight), 0)
  const delays = seen.flatMap((sight) => sight.delays)
  return { delays, sent: sum((sight) => sight.sent), closed: sum((sight) => sight.closed), joinedMs: Math.max(...seen.map((sight) => sight.joinedMs)), spread: spread(delays) }
}
