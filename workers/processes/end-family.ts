/**
 * Ends a process with all that it started, also what left its group or its session. `freezeFamily` comes first where
 * they may go on starting others: who is stopped starts nobody, and children are known while their parent is there.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { isAlive, type ProcessIdentity } from './identity.ts'
import { isAtRest, readUsage } from './usage.ts'

const ROUNDS = 20
const BETWEEN_MS = 50
const FREEZE_ROUNDS = 100
const FREEZE_AGAIN_MS = 5

/** All of them, stopped. A stop may come while one is about to start another, and takes hold behind that: it is waited for, and only then is looked for the last time. */
export async function freezeFamily(session: number): Promise<number[]> {
  const frozen = new Set<number>()
  for (let round = 0; round < FREEZE_ROUNDS; round += 1) {
    const areAtRest = [...frozen].every(isAtRest)
    const fresh = familyOf(session).filter((pid) => !frozen.has(pid))
    if (fresh.length === 0 && areAtRest) break
    for (const pid of fresh) send(pid, 'SIGSTOP')
    fresh.forEach((pid) => frozen.add(pid))
    await wait(FREEZE_AGAIN_MS)
  }
  return [...frozen]
}

export function killAll(pids: readonly number[]): void {
  for (const pid of pids) send(pid, 'SIGKILL')
}

/** What is left of a session whose leader is gone, and those known to have left it. */
export async function endFamily(session: number, known: readonly ProcessIdentity[]): Promise<void> {
  for (const one of known) if (await isAlive(one)) send(one.pid, 'SIGKILL')
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = familyOf(session)
    if (left.length === 0) return
    killAll(left)
    await wait(BETWEEN_MS)
  }
}

const familyOf = (session: number): number[] => readUsage(new Set([session]), { pageBytes: 0, tickMs: 0 }).get(session)?.pids ?? []

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already.
  }
}
