/** Figures of a benchmark: medians with their baseline, measured in the same sitting, and the ratio that means something on any machine. */
import { loadavg } from 'node:os'
import { readFileSync } from 'node:fs'

export interface Spread {
  n: number
  median: number
  p95: number
  max: number
}

export interface Figure {
  name: string
  unit: 'ms' | 's' | 'MB'
  ours: Spread
  /** What it is held against, measured in the same run; null where there is nothing to hold it against. */
  baseline: (Spread & { name: string }) | null
  note?: string
}

export function spread(values: number[]): Spread {
  const at = (part: number) => quantile(values, part)
  return { n: values.length, median: at(0.5), p95: at(0.95), max: at(1) }
}

export function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN)
}

export async function timeMany(times: number, warmUps: number, once: () => Promise<unknown>): Promise<Spread> {
  const values: number[] = []
  for (let i = -warmUps; i < times; i++) {
    const startedAt = performance.now()
    await once()
    if (i >= 0) values.push(performance.now() - startedAt)
  }
  return spread(values)
}

/** Resident memory of a process in MB; NaN when it is gone (Linux only). */
export function residentMb(pid: number): number {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return round(Number(line?.[1]) / 1024)
  } catch {
    return Number.NaN
  }
}

export const single = (value: number): Spread => ({ n: 1, median: round(value), p95: round(value), max: round(value) })

export function toTable(figures: Figure[]): string {
  const head = '| what | unit | n | median | p95 | baseline | its median | ratio |\n|---|---|---|---|---|---|---|---|'
  const rows = figures.map((figure) => {
    const base = figure.baseline
    const ratio = base === null ? '' : `${(figure.ours.median / base.median).toFixed(2)} ×`
    return `| ${figure.name}${figure.note === undefined ? '' : ` (${figure.note})`} | ${figure.unit} | ${figure.ours.n} | ${figure.ours.median} | ${figure.ours.p95} | ${base?.name ?? ''} | ${base?.median ?? ''} | ${ratio} |`
  })
  return [head, ...rows].join('\n')
}

export const load = (): number => round(loadavg()[0] ?? Number.NaN)

const round = (value: number): number => Math.round(value * 100) / 100
