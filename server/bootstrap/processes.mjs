// Long-lived child processes that may outlive us: how to start them apart from the
// terminal, recognise them later and stop them.
// A process is known by its pid AND its start time, for a pid alone is reused by the
// system; a record file in <data>/run keeps both.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readJson, writeJson } from './files.mjs'

/** A text that differs between two processes that had the same pid; undefined if it is gone or a zombie. */
export function startTime(pid) {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? undefined : fields[19]
    } catch {
      return undefined
    }
  }
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } })
      .trim()
      .split(/\s+/)
    return state.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}

/** Starts a program in a process group of its own: the terminal's Ctrl-C does not reach it. */
export function spawnApart(command, args, { env, cwd, log, user } = {}) {
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', log ?? 'ignore', log ?? 'ignore'],
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  child.on('error', (error) => (child.spawnError = error))
  return child
}

export function writeRecord(path, pid, more = {}) {
  writeJson(path, { pid, started: startTime(pid), ...more }, 0o600)
}

/** The record of a process that still runs, else undefined. */
export function readLiveRecord(path) {
  const record = readJson(path)
  return record && record.started && startTime(record.pid) === record.started ? record : undefined
}

export function removeRecord(path) {
  rmSync(path, { force: true })
}

function signalGroup(pid, signal) {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal)
      return
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
}

export async function waitGone(pid, started, waitMs) {
  const end = Date.now() + waitMs
  while (startTime(pid) === started && started !== undefined) {
    if (Date.now() > end) return false
    await sleep(30)
  }
  return true
}

/** Asks a process to end, and its whole group when it does not in time. */
export async function stopProcess({ pid, started }, { signal = 'SIGTERM', graceMs = 10_000, group = false } = {}) {
  if (started === undefined || startTime(pid) !== started) return
  if (group) signalGroup(pid, signal)
  else process.kill(pid, signal)
  if (await waitGone(pid, started, graceMs)) return
  signalGroup(pid, 'SIGKILL')
  await waitGone(pid, started, 5_000)
}
