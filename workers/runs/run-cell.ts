/**
 * One cell in a kernel, to its end. A cancel interrupts; a cell that does not stop within 5 s loses its kernel.
 * The answer says how it went; a kernel that died under it is an answer too.
 */
import { withoutTraceback } from '#lib/domain/hide-trace.ts'
import type { KernelId } from '#lib/domain/ids.ts'
import { describeUnheeding } from '#lib/domain/kernel.ts'
import type { SparkSession } from '#server/compute/try-connect.ts'
import { KernelEnded, type ExecuteRequest, type Kernel, type KernelMessage } from '../kernels/kernels.ts'
import { whenAborted } from '../when-aborted.ts'
import { shownFrom, type Shown } from './output-from-message.ts'

export type CellEnd =
  | { kind: 'ended'; isOk: boolean; executionCount: number | null; error: string | null }
  | { kind: 'kernel-died'; sentence: string }
  | { kind: 'kernel-ended'; sentence: string }
  /** The run is another worker's by now, and so is the kernel. */
  | { kind: 'left' }

export interface CellCall {
  request: ExecuteRequest
  held: { id: KernelId; kernel: Kernel }
  /** What it gives is over when there is room for more. */
  show: (shown: Exclude<Shown, { kind: 'session' }>) => void | Promise<void>
  /** Aborted when somebody cancels, or a limit is reached. */
  cancelled: AbortSignal
  /** Aborted when the attempt is over. */
  over: AbortSignal
  /** Ends the kernel of a cell that does not stop, with the reason for everybody. */
  endKernel: (reason: string) => Promise<void>
  /** Of a kernel that is gone: ends the session that the cell used, and with it what Spark does for it; else a sentence that this may go on. */
  endSpark: (session: SparkSession) => Promise<string | null>
}

const LET_GO = 'This worker let go of the kernel while the cell ran, so its end is not known. Run it again.'
const STOPS_WITHIN_MS = 5000
const KILLED = describeUnheeding(STOPS_WITHIN_MS / 1000)
/** Code may swallow an interrupt; once more is often enough. */
const SAY_AGAIN_MS = [1000, 3000]

export async function runCell(call: CellCall): Promise<CellEnd> {
  const { held } = call
  let error: string | null = null
  let session = null as SparkSession | null
  const onMessage = (message: KernelMessage) => {
    if (message.kind === 'error') error = message.message === '' ? message.name : `${message.name}: ${withoutTraceback(message.message)}`
    const shown = shownFrom(message)
    if (shown.kind !== 'session') return call.show(shown)
    session = shown.session
  }
  // Not before the kernel is gone: one that lives could begin anew.
  const gone = async (sentence: string): Promise<string> => [sentence, session === null ? null : await call.endSpark(session)].filter((said) => said !== null).join(' ')
  let killing = null as Promise<void> | null
  const stopwatch = watchCancel(call, () => (killing = call.endKernel(KILLED)))
  try {
    const reply = await Promise.race([held.kernel.execute(call.request, onMessage), whenAborted(call.over)])
    if (reply !== null) return { kind: 'ended', ...reply, error }
    if (call.over.aborted) return { kind: 'left' }
    return killing === null ? { kind: 'kernel-ended', sentence: LET_GO } : await killed(killing, gone)
  } catch (thrown) {
    if (!(thrown instanceof KernelEnded)) throw thrown
    return killing === null ? { kind: 'kernel-died', sentence: await gone(thrown.message) } : await killed(killing, gone)
  } finally {
    stopwatch()
  }
}

/** Why is written before the run ends: whoever sees its end, or runs next, finds the kernel told of. */
async function killed(killing: Promise<void>, gone: (sentence: string) => Promise<string>): Promise<CellEnd> {
  await killing
  return { kind: 'kernel-ended', sentence: await gone(KILLED) }
}

function watchCancel({ cancelled, held }: CellCall, kill: () => void): () => void {
  const timers: ReturnType<typeof setTimeout>[] = []
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
