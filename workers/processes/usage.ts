/**
 * What processes use, from /proc: resident memory and time on the processors, of a process and all it started. A
 * detached process leads a session of its own (spawn-detached.ts), so its family is known by the session. Where
 * there is no /proc nothing is known.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface Usage {
  pids: number[]
  bytes: number
  /** Milliseconds on processors since the beginning, of those that live. */
  cpuMs: number
}

interface Scale { pageBytes: number; tickMs: number }

/** Asked once; 4 KB and 10 ms are what nearly every Linux says. */
export function readScale(): Scale {
  const ask = (name: string, otherwise: number) => {
    try {
      return Number(execFileSync('getconf', [name], { encoding: 'utf8' })) || otherwise
    } catch {
      return otherwise
    }
  }
  return { pageBytes: ask('PAGESIZE', 4096), tickMs: 1000 / ask('CLK_TCK', 100) }
}

/** Of each of the sessions, in one walk through /proc. */
export function readUsage(sessions: ReadonlySet<number>, { pageBytes, tickMs }: Scale): Map<number, Usage> {
  const found = new Map<number, Usage>()
  for (const name of pidFolders()) {
    const fields = readStat(name)
    const session = Number(fields?.[3])
    if (fields === null || !sessions.has(session)) continue
    const usage = found.get(session) ?? { pids: [], bytes: 0, cpuMs: 0 }
    usage.pids.push(Number(name))
    usage.bytes += Number(fields[21]) * pageBytes
    usage.cpuMs += (Number(fields[11]) + Number(fields[12])) * tickMs
    found.set(session, usage)
  }
  return found
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

function pidFolders(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
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
