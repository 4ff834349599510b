/**
 * What processes use, from /proc: resident memory and time on the processors, of a process and all it started. A
 * detached process leads a session of its own (spawn-detached.ts), so its family is known by the session; who left
 * it is known by its parents, while they live. Where there is no /proc nothing is known.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessIdentity } from './identity.ts'
import { TOOL_ENV } from './tool-env.ts'

export interface Usage {
  pids: number[]
  /** The same, told from later processes with their numbers. */
  members: ProcessIdentity[]
  threads: number
  bytes: number
  /** Milliseconds on processors since the beginning, of those that live. */
  cpuMs: number
}

interface Scale { pageBytes: number; tickMs: number }

/** Asked once; 4 KB and 10 ms are what nearly every Linux says. */
export function readScale(): Scale {
  const ask = (name: string, otherwise: number) => {
    try {
      return Number(execFileSync('getconf', [name], { encoding: 'utf8', env: TOOL_ENV })) || otherwise
    } catch {
      return otherwise
    }
  }
  return { pageBytes: ask('PAGESIZE', 4096), tickMs: 1000 / ask('CLK_TCK', 100) }
}

/** Of each of the sessions, in one walk through /proc. */
export function readUsage(sessions: ReadonlySet<number>, { pageBytes, tickMs }: Scale): Map<number, Usage> {
  const found = new Map<number, Usage>()
  const all = new Map<number, string[]>()
  for (const name of numbersIn('/proc')) {
    const fields = readStat(name)
    // A zombie holds nothing but its number, and waits for its parent to look.
    if (fields !== null && fields[0] !== 'Z') all.set(Number(name), fields)
  }
  for (const [pid, fields] of all) {
    const session = sessionOf(pid, all, sessions)
    if (session === null) continue
    const usage = found.get(session) ?? { pids: [], members: [], threads: 0, bytes: 0, cpuMs: 0 }
    usage.pids.push(pid)
    usage.members.push({ pid, pidStarted: fields[19]! })
    usage.threads += Number(fields[17])
    usage.bytes += Number(fields[21]) * pageBytes
    usage.cpuMs += (Number(fields[11]) + Number(fields[12])) * tickMs
    found.set(session, usage)
  }
  return found
}

/** Its own session, else that of the nearest parent that is in one of these. */
function sessionOf(pid: number, all: ReadonlyMap<number, string[]>, sessions: ReadonlySet<number>): number | null {
  for (let at = pid, steps = 0; steps < 64; steps += 1) {
    const fields = all.get(at)
    if (fields === undefined) return null
    const session = Number(fields[3])
    if (sessions.has(session)) return session
    at = Number(fields[1])
  }
  return null
}

/** How many threads there are on the machine: one short read, for whoever watches for many. */
export function countThreads(): number {
  return Number(/^\S+ \S+ \S+ \d+\/(\d+) /.exec(readText('/proc/loadavg') ?? '')?.[1] ?? 0)
}

/** Quick: of processes that are known already. */
export function residentBytes(pids: readonly number[], { pageBytes }: Scale): number {
  let pages = 0
  for (const pid of pids) pages += Number(readText(`/proc/${pid}/statm`)?.split(' ')[1] ?? 0)
  return pages * pageBytes
}

/** The most that a process ever held, as the system has counted. */
export function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) * 1024
}

/** Each of its threads is stopped, or it is gone. */
export function isAtRest(pid: number): boolean {
  return numbersIn(`/proc/${pid}/task`).every((thread) => /^[TtZX]$/.test(readStat(`${pid}/task/${thread}`)?.[0] ?? 'X'))
}

function numbersIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** The fields behind the name, which may hold anything: state, ppid, pgrp, session … */
function readStat(pid: string): string[] | null {
  const stat = readText(`/proc/${pid}/stat`)
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
