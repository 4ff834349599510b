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
    ...figure('reader', childOf(product.web.pid, 'reader')),
    ...figure('worker', product.worker.pid),
    ...figure('kernel', kernelOf(product.dataDir)),
    ...figure('Spark Connect server', anyWith('SparkConnectServer', product.dataDir)),
  ]
}

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

/** One that belongs to a notebook: those that wait in the pool have no file yet. */
function kernelOf(dataDir: string): number | undefined {
  const folder = join(dataDir, 'run', 'k')
  const name = readdirSync(folder).find((one) => one.endsWith('.pid'))
  return name === undefined ? undefined : (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number }).pid
}

const anyWith = (word: string, dataDir: string): number | undefined =>
  pids().find((pid) => commandOf(pid).includes(word) && environmentOf(pid).includes(dataDir))

function childOf(parent: number | undefined, word: string): number | undefined {
  return pids().find((pid) => {
    if (!commandOf(pid).includes(word)) return false
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parent)
  })
}
