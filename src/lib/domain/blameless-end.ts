/**
 * Blameless end: a cell that did not end by what it says itself. Its worker died (`lost`), or Spark went away under it. Nothing
 * in it is to be mended, so what follows is to run it again. Never by itself: half of it may have been done.
 */
import type { Output } from './feed.ts'
import type { RunCellState } from './run.ts'

/** The beginning of what the kernel says then (`WENT_AWAY` in spark/dataharbour/kernel/tracebacks.py). */
export const SPARK_WENT_AWAY = 'Spark went away while it worked for this cell.'

export const endedBlameless = (state: RunCellState, outputs: readonly Output[]): boolean =>
  state === 'lost' || (state === 'failed' && outputs.some((output) => output.kind === 'error' && output.message.startsWith(SPARK_WENT_AWAY)))
