/**
 * How long the main thread of a product's process keeps a timer waiting. The process loads this file itself
 * (`NODE_OPTIONS=--import …`) and is asked by signal, because only from within can its event loop be seen.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { quantile } from './measure.ts'

export interface LoopLag {
  p50: number
  p99: number
  max: number
}

const EVERY_MS = 5
const fileOf = (pid: number): string => join(tmpdir(), `dh-loop-${pid}.json`)

/** For the environment of the process that is to be asked. */
export const WATCH_LOOP = { NODE_OPTIONS: `--import ${pathToFileURL(import.meta.filename).href}` }

/** Lag since the last question, in ms. */
export async function askLag(pid: number): Promise<LoopLag> {
  rmSync(fileOf(pid), { force: true })
  process.kill(pid, 'SIGUSR2')
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    try {
      return JSON.parse(readFileSync(fileOf(pid), 'utf8')) as LoopLag
    } catch {
      // Not there yet.
    }
  }
}

if (process.argv[1]?.endsWith('server/main.ts') === true) watch()

function watch(): void {
  let late: number[] = []
  let due = performance.now() + EVERY_MS
  const timer = setInterval(() => {
    const now = performance.now()
    late.push(Math.max(0, now - due))
    due = now + EVERY_MS
  }, EVERY_MS)
  timer.unref()
  process.on('SIGUSR2', () => {
    writeFileSync(fileOf(process.pid), JSON.stringify({ p50: quantile(late, 0.5), p99: quantile(late, 0.99), max: quantile(late, 1) }))
    late = []
  })
}
