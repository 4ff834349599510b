/**
 * One cell in a kernel, to its end. A cancel interrupts; a cell that does not stop within 5 s loses its kernel.
 * The answer says how it went; a kernel that died under it is an answer too.
 */
import type { KernelId } from '#lib/domain/ids.ts'
import type { Pin } from '#lib/domain/provenance.ts'
import { resultPrefix } from '#server/runs/record-result.ts'
import type { RunCellRow, RunRow } from '#server/runs/run-rows.ts'
import { KernelEnded, type Kernel, type KernelMessage } from '../kernels/kernels.ts'
import { shownFrom, type Shown } from './output-from-message.ts'

export type CellEnd =
  | { kind: 'ended'; isOk: boolean; executionCount: number | null; error: string | null }
  | { kind: 'kernel-died'; sentence: string }
  | { kind: 'kernel-ended'; sentence: string }
  /** The run is another worker's by now, and so is the kernel. */
  | { kind: 'left' }

export interface CellCall {
  run: RunRow
  cell: RunCellRow
  /** Of its run: it is given the parameters as variables and says what it runs on. */
  isFirst: boolean
  held: { id: KernelId; kernel: Kernel }
  /** What it gives is over when there is room for more. */
  show: (shown: Shown) => void | Promise<void>
  /** Aborted when somebody cancels, or a limit is reached. */
  cancelled: AbortSignal
  /** Aborted when the attempt is over. */
  over: AbortSignal
  endKernel: () => Promise<void>
  /** Where Spark is now, if that is known. */
  sparkUrl: string | null
  /** Of an exact re-run: the tables that this cell reads as they were. */
  pins: readonly Pin[]
}

/** Rows that a table keeps; more exist when it says that it was truncated. */
const ROW_LIMIT = 10_000
const KILLED = 'The cell did not stop within 5 seconds, so its kernel was ended. Its variables are gone; the next run starts a new one.'
const LET_GO = 'This worker let go of the kernel while the cell ran, so its end is not known. Run it again.'
const STOPS_WITHIN_MS = 5000
/** Code may swallow an interrupt; once more is often enough. */
const SAY_AGAIN_MS = [1000, 3000]

export async function runCell(call: CellCall): Promise<CellEnd> {
  const { run, cell, held } = call
  let error: string | null = null
  const onMessage = (message: KernelMessage) => {
    if (message.kind === 'error') error = message.message === '' ? message.name : `${message.name}: ${message.message}`
    return call.show(shownFrom(message))
  }
  let isKilled = false
  const stopwatch = watchCancel(call, () => (isKilled = true))
  try {
    const metadata = { dataharbour: { runId: run.id, cellId: cell.cellId, attempt: run.attempt, resultPrefix: resultPrefix(run, cell.cellId), rowLimit: ROW_LIMIT, parameters: run.parameters, isFirst: call.isFirst, ...(call.pins.length > 0 && { pins: call.pins }), ...(call.sparkUrl === null ? {} : { remote: call.sparkUrl }) } }
    const reply = await Promise.race([held.kernel.execute({ code: codeOf(cell), metadata }, onMessage), whenAborted(call.over)])
    if (reply !== null) return { kind: 'ended', ...reply, error }
    return call.over.aborted ? { kind: 'left' } : { kind: 'kernel-ended', sentence: isKilled ? KILLED : LET_GO }
  } catch (thrown) {
    if (!(thrown instanceof KernelEnded)) throw thrown
    if (!isKilled) return { kind: 'kernel-died', sentence: thrown.message }
    return { kind: 'kernel-ended', sentence: KILLED }
  } finally {
    stopwatch()
  }
}

function watchCancel({ cancelled, held, endKernel }: CellCall, onKill: () => void): () => void {
  const timers: ReturnType<typeof setTimeout>[] = []
  const kill = () => {
    onKill()
    void endKernel()
  }
  const stop = () => {
    held.kernel.interrupt()
    timers.push(...SAY_AGAIN_MS.map((ms) => setTimeout(() => held.kernel.interrupt(), ms)), setTimeout(kill, STOPS_WITHIN_MS))
  }
  if (cancelled.aborted) stop()
  else cancelled.addEventListener('abort', stop, { once: true })
  return () => {
    cancelled.removeEventListener('abort', stop)
    timers.forEach(clearTimeout)
  }
}

const whenAborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => (signal.aborted ? resolve(null) : signal.addEventListener('abort', () => resolve(null), { once: true })))

const codeOf = (cell: RunCellRow): string => (cell.kind === 'sql' ? `%%sql\n${cell.source}` : cell.source)
