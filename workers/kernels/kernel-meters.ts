/**
 * Watches what kernels use. With a limit, one that takes more memory is ended before the machine is in need, and what
 * ended it is known: peak and limit. A cell may take a gigabyte in a second, so limits are looked at ten times a
 * second, of processes that are known; the whole family of each is counted every two seconds, and at once when the
 * machine has many more threads than at the last count. Whatever a kernel started ends with it [B10].
 */
import type { KernelId } from '#lib/domain/ids.ts'
import type { KernelEndCause } from '#lib/domain/kernel.ts'
import type { KernelMeter } from '#lib/domain/kernel-question.ts'
import type { ProcessIdentity } from '../processes/identity.ts'
import { watchOom, type OomWatch } from '../processes/oom.ts'
import type { ProcessEnd } from '../processes/watch-process.ts'
import { endFamily, freezeFamily, killAll } from '../processes/end-family.ts'
import { countThreads, peakBytes, readScale, readUsage, residentBytes, type Usage } from '../processes/usage.ts'
import type { Kernel, KernelRecord } from './kernels.ts'

export interface KernelMeters {
  watch(id: KernelId, kernel: Kernel): void
  read(id: KernelId): KernelMeter | null
  /** Whether a process that was killed was killed by the system, for memory. */
  explainEnd(record: KernelRecord, end: ProcessEnd): KernelEndCause | null
  close(): void
}

interface Watched {
  kernel: Kernel
  pids: number[]
  members: ProcessIdentity[]
  meter: KernelMeter
  cpuMs: number
  at: number
  toldBytes: number
  /** It has too many processes, which are being stopped. */
  isEnding: boolean
}

const COUNT_EVERY_MS = 2000
const FIRST_MS = 300
const GUARD_EVERY_MS = 100
/** So many more threads than at the last count are worth a count out of turn. */
const MANY_MORE = 64
/** Libraries take a thread for each processor, each of them; a hundred thousand is no library. */
const THREADS_PER_PROCESS = 16
/** The highest mark is written when it has grown by so much. */
const TELL_GROWTH = 1.05

export function createKernelMeters(options: { limitBytes: number | null; limitProcesses?: number | null; onPeak: (id: KernelId, bytes: number) => void; oom?: OomWatch }): KernelMeters {
  const { limitBytes, limitProcesses = null } = options
  const scale = readScale()
  const oom = options.oom ?? watchOom()
  const watched = new Map<KernelId, Watched>()
  let threadsAtCount = 0

  function count(): void {
    oom.look()
    if (watched.size === 0) return
    const sessions = new Set([...watched.values()].map(({ kernel }) => kernel.record.pid))
    threadsAtCount = countThreads()
    const found = readUsage(sessions, scale)
    for (const [id, one] of watched) {
      const usage = found.get(one.kernel.record.pid)
      if (usage === undefined) continue
      one.members = usage.members
      if (limitProcesses !== null) void guardNumber(one, usage, limitProcesses)
      const now = performance.now()
      const passed = now - one.at
      // A process of the family that ended takes its time away with it.
      const cpuPercent = passed < 200 ? one.meter.cpuPercent : Math.max(0, Math.round(((usage.cpuMs - one.cpuMs) / passed) * 100))
      const peak = Math.max(one.meter.peakBytes, usage.bytes, peakBytes(one.kernel.record.pid))
      one.meter = { bytes: usage.bytes, peakBytes: peak, limitBytes, cpuPercent }
      one.pids = usage.pids
      // A count out of turn is too short a time to tell the processor by; the next one measures from the one before.
      if (passed >= 200) Object.assign(one, { cpuMs: usage.cpuMs, at: now })
      if (peak > one.toldBytes * TELL_GROWTH) {
        one.toldBytes = peak
        options.onPeak(id, peak)
      }
    }
  }

  /** The kernel goes last: by it the others are known. */
  async function guardNumber(one: Watched, { pids, threads }: Usage, limit: number): Promise<void> {
    if (one.isEnding || (pids.length <= limit && threads <= limit * THREADS_PER_PROCESS)) return
    one.isEnding = true
    const { kernel } = one
    killAll((await freezeFamily(kernel.record.pid)).filter((pid) => pid !== kernel.record.pid))
    kernel.kill(pids.length > limit ? { kind: 'processes', count: pids.length, limit } : { kind: 'threads', count: threads, limit: limit * THREADS_PER_PROCESS })
  }

  function guard(limit: number): void {
    for (const { kernel, pids, meter } of watched.values()) {
      const bytes = residentBytes(pids, scale)
      if (bytes > meter.peakBytes) meter.peakBytes = bytes
      // The peak that people are told is that of the process, not that of the moment in which we looked.
      if (bytes > limit) kernel.kill({ kind: 'memory', peakBytes: Math.max(meter.peakBytes, peakBytes(kernel.record.pid)), limitBytes: limit })
    }
  }

  const look = () => {
    if (limitBytes !== null) guard(limitBytes)
    if (limitProcesses !== null && watched.size > 0 && countThreads() > threadsAtCount + MANY_MORE) count()
  }
  const timers = [setInterval(count, COUNT_EVERY_MS), ...(limitBytes === null && limitProcesses === null ? [] : [setInterval(look, GUARD_EVERY_MS)])]
  timers.forEach((timer) => timer.unref())
  return {
    watch(id, kernel) {
      const one: Watched = { kernel, pids: [kernel.record.pid], members: [], meter: { bytes: 0, peakBytes: 0, limitBytes, cpuPercent: 0 }, cpuMs: 0, at: performance.now(), toldBytes: 0, isEnding: false }
      watched.set(id, one)
      void kernel.ended.then(() => {
        watched.delete(id)
        return endFamily(kernel.record.pid, one.members)
      })
      // Not at once: somebody waits for the first cell.
      setTimeout(count, FIRST_MS).unref()
    },
    read: (id) => {
      const meter = watched.get(id)?.meter
      return meter === undefined || meter.bytes === 0 ? null : meter
    },
    explainEnd({ pid }, { signal }) {
      const meter = [...watched.values()].find(({ kernel }) => kernel.record.pid === pid)?.meter
      const totalBytes = oom.totalBytes()
      if (signal !== 'SIGKILL' || meter === undefined || totalBytes === null || !oom.hasStruck()) return null
      return { kind: 'memory', peakBytes: meter.peakBytes, limitBytes: totalBytes, isBySystem: true }
    },
    close: () => timers.forEach((timer) => clearInterval(timer)),
  }
}
