/**
 * DataHarbour's own commands, run as a person runs them: through npm, in this checkout, with the machine's Node, on a
 * data folder of the test's own. Deaf to the settings around them, those of a developer's .env too: an empty
 * setting counts as not given. Finds all processes of such a command, to kill them or to see that none is left.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadBootstrap } from './load-bootstrap.ts'

const { isToolSetting } = await loadBootstrap('test-environment.mjs')
const { startTime } = await loadBootstrap('processes.mjs')

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OF_VITEST = /^(npm_|VITEST|NODE_ENV$|TEST$|MODE$|DEV$|PROD$|SSR$)/

export function npmEnvironment(data: string, more: Record<string, string> = {}): Record<string, string> {
  const settings = [...readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1]!)
  const around = Object.entries(process.env).filter(([name]) => !OF_VITEST.test(name))
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin'))).join(delimiter)
  const none = settings.filter((name) => !isToolSetting(name)).map((name) => [name, ''])
  return { ...Object.fromEntries([...around, ...none]), PATH: path, DATAHARBOUR_DATA: data, ...more }
}

export interface Command {
  child: ChildProcess
  said: () => string
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>
}

/** In a process group of its own, as a terminal gives it one. */
export function npmRun(script: string, env: Record<string, string>): Command {
  const child = spawn('npm', ['run', '--silent', script], { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? '')))
  return { child, said: () => said, ended }
}

interface Process {
  pid: number
  started: string
}

/** The process, all that descends from it, and all that works on the data folder, by what Linux tells of each. */
export function processesOf(data: string, root?: number): Process[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => pid !== process.pid)
  const found = new Set(all.filter((pid) => pid === root || worksOn(data, pid)))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const pid of all) if (found.has(parentOf(pid))) found.add(pid)
  }
  return [...found].map((pid) => ({ pid, started: startTime(pid) as string })).filter(({ started }) => started !== undefined)
}

export const stillThere = (processes: Process[]): string[] =>
  processes.filter(({ pid, started }) => startTime(pid) === started).map(({ pid }) => `${pid} ${tell(pid, 'cmdline')}`)

export function killAll(processes: Process[]): void {
  for (const { pid, started } of processes) if (startTime(pid) === started) process.kill(pid, 'SIGKILL')
}

function tell(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

function worksOn(data: string, pid: number): boolean {
  if (`${tell(pid, 'cmdline')} ${tell(pid, 'environ')}`.includes(data)) return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(data)
  } catch {
    return false
  }
}

const parentOf = (pid: number): number => Number(/\) \S (\d+)/.exec(tell(pid, 'stat'))?.[1] ?? 0)
