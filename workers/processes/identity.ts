/**
 * Which process a pid means. Pids are used again, so a process is known by its pid and its start time (in clock ticks
 * since boot where /proc tells it, else as `ps` writes it). A zombie counts as gone.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { TOOL_ENV } from './tool-env.ts'

export interface ProcessIdentity {
  pid: number
  pidStarted: string
}

const run = promisify(execFile)

/** When the process started; null when there is no living process with this pid. */
export async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat !== null) return fromStat(stat)
  if (process.platform === 'linux' || !exists(pid)) return null
  const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env: TOOL_ENV }).catch(() => ({ stdout: '' }))
  const [state, ...started] = stdout.trim().split(/\s+/)
  return state === undefined || state === '' || state.startsWith('Z') ? null : started.join(' ')
}

export const isAlive = async ({ pid, pidStarted }: ProcessIdentity): Promise<boolean> => (await startOf(pid)) === pidStarted

/** The name in the brackets may hold anything, so what follows the last one is read: state is the first, start the twentieth. */
function fromStat(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
