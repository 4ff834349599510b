/**
 * Starts a process in a session of its own, so that neither Ctrl-C nor the end of the worker reaches it. Its output
 * goes to a log file, its environment is exactly what is given, and `pidPath` remembers it for `stop-all`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { startOf, type ProcessIdentity } from './identity.ts'

export interface DetachedSpec {
  command: string
  args: string[]
  env: Record<string, string>
  folder: string
  logPath: string
  pidPath: string
}

export async function spawnDetached(spec: DetachedSpec): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  mkdirSync(spec.folder, { recursive: true, mode: 0o700 })
  mkdirSync(dirname(spec.logPath), { recursive: true, mode: 0o700 })
  const log = openSync(spec.logPath, 'a', 0o600)
  try {
    const child = spawn(spec.command, spec.args, { cwd: spec.folder, env: spec.env, detached: true, stdio: ['ignore', log, log] })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.unref()
    const pid = child.pid!
    const identity = { pid, pidStarted: (await startOf(pid)) ?? '' }
    writeFileSync(spec.pidPath, JSON.stringify(identity), { mode: 0o600 })
    return { child, identity }
  } finally {
    closeSync(log)
  }
}
