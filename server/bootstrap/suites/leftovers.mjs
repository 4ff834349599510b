// What a test program leaves behind when it is killed: Sparks and kernels have sessions of their own, so
// that the end of a worker, or a Ctrl-C, does not reach them.
// Worlds of tests enter their data folders in a list as they make them; who works in one is ended.
// But not a person who looks into it: their shell has a terminal, and what a suite starts has none, since each suite has a session of its own.
import { appendFileSync, existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { startTime, waitGone } from '../processes.mjs'

export const FOLDERS_LIST = 'TEST_FOLDERS_LIST'

function worksIn(pid, folder) {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`)
  } catch {
    return false
  }
}

function hasTerminal(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] !== '0'
  } catch {
    return false
  }
}

/** Only Linux tells where a process works; elsewhere a killed test run may leave something. */
export function processesIn(folder) {
  if (!existsSync('/proc/self/cwd')) return []
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => pid !== process.pid && worksIn(pid, folder) && !hasTerminal(pid))
}

export function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** Ends what works in the folders of the list, and removes them. A world that ended well has left neither. Returns how many were ended. */
export async function endLeftovers(list) {
  if (!existsSync(list)) return 0
  let ended = 0
  for (const folder of readFileSync(list, 'utf8').split('\n').filter((line) => line.startsWith('/'))) {
    for (let left = processesIn(folder); left.length > 0; left = processesIn(folder)) {
      const known = left.map((pid) => ({ pid, started: startTime(pid) }))
      for (const { pid } of known) kill(pid)
      ended += left.length
      const areGone = await Promise.all(known.map(({ pid, started }) => waitGone(pid, started, 5_000)))
      if (!areGone.every(Boolean)) break
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  rmSync(list, { force: true })
  return ended
}

/** For worlds of tests; without `npm test` around them nobody looks. */
export function enterFolder(folder, env = process.env) {
  if (env[FOLDERS_LIST]) appendFileSync(env[FOLDERS_LIST], `${folder}\n`)
}
