/**
 * Cell history: what is known of a cell from its last good runs: what it ran then, and how long it takes. From it come
 * the expected time of a run, and whether a cell is stale: never run well, or changed since (its text or the inputs).
 */
import type { CellId } from './ids.ts'
import { sameParameters, type Parameters } from './parameter.ts'

/** So many of the last good runs say what the next one will take. */
export const SPANS_KEPT = 5

export interface CellHistory {
  cellId: CellId
  /** Of the newest good run. */
  sourceDigest: string
  parameters: Parameters
  /** How long the last good runs took, newest first, at most SPANS_KEPT. */
  spansMs: number[]
}

export function isStale(digest: string, parameters: Parameters, good: CellHistory | undefined): boolean {
  return good === undefined || good.sourceDigest !== digest || !sameParameters(good.parameters, parameters)
}

/** The middle of the last times; null when it never ran well. */
export function usualMs(history: Pick<CellHistory, 'spansMs'> | undefined): number | null {
  const spans = [...(history?.spansMs ?? [])].sort((a, b) => a - b)
  const [low, high] = [spans[Math.floor((spans.length - 1) / 2)], spans[Math.floor(spans.length / 2)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

export function addGoodRun(history: CellHistory | undefined, run: Omit<CellHistory, 'spansMs'> & { spanMs: number }): CellHistory {
  const { spanMs, ...newest } = run
  return { ...newest, spansMs: [spanMs, ...(history?.spansMs ?? [])].slice(0, SPANS_KEPT) }
}
