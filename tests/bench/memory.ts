/** (e) Memory of each process of a running product with one notebook that has used Spark. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Product } from '../support/start-product.ts'
import { residentMb, single, type Figure } from './measure.ts'

export async function benchMemory(product: Product): Promise<Figure[]> {
  const figure = (name: string, pid: number | undefined): Figure[] =>
    pid === undefined ? [] : [{ name: `memory: ${name}`, unit: 'MB', ours: single(residentMb(pid)), baseline: null }]
  return [
    ...figure('web', product.web.pid),
    ...figure('reader', readerOf(product)),
    ...figure('worker', product.worker.pid),
    ...figure('kernel', kernelsOf(product.dataDir)[0]),
    ...figure('Spark Connect server', anyWith('SparkConnectServer', product.dataDir)),
  ]
}

export const readerOf = (product: Product): number | undefined => childOf(product.web.pid, 'reader')

const pids = (): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8') + commandOf(pid)
  } catch {
    return ''
  }
}

/** Those that belong to notebooks: one that waits in the pool has no file yet. */
export function kernelsOf(dataDir: string): number[] {
  const folder = join(dataDir, 'run', 'k')
  return readdirSync(folder).filter((name) => name.endsWith('.pid')).map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number }).pid)
}

/** What a process takes, each page that several hold divided among them; NaN when it is gone (Linux only). */
export function proportionalMb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024
  } catch {
    return Number.NaN
  }
}

const anyWith = (word: string, dataDir: string): number | undefined =>
  pids().find((pid) => commandOf(pid).includes(word) && environmentOf(pid).includes(dataDir))

function childOf(parent: number | undefined, word: string): number | undefined {
  return pids().find((pid) => {
    if (!commandOf(pid).includes(word)) return false
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parent)
  })
}
