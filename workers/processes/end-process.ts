/** Ends a process and its group: first politely, then for certain. Only the very process that was meant: see identity.ts. */
import { isAlive, type ProcessIdentity } from './identity.ts'

const LOOK_EVERY_MS = 25

export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (!(await isAlive(identity))) return
  signalGroup(identity.pid, 'SIGTERM')
  if (await isGoneWithin(identity, graceMs)) return
  signalGroup(identity.pid, 'SIGKILL')
  await isGoneWithin(identity, 5000)
}

export async function isGoneWithin(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const until = Date.now() + ms
  while (await isAlive(identity)) {
    if (Date.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  return true
}

/** The group is the process's own (it was started detached), so what it started hears the signal too. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal)
      return
    } catch {
      // No such group: the process alone, if it is still there.
    }
  }
}
