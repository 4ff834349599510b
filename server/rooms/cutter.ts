/**
 * Cutter: large updates are read and cut by a thread of their own, because reading one alone takes longer than others
 * should wait for their turn. The thread begins with the first of them and ends when there was none for a while.
 */
import { Worker } from 'node:worker_threads'
import { inTime } from './in-time.ts'

export type Cut =
  | { kind: 'sound'; parts: Uint8Array[] }
  | { kind: 'malformed' }
  | { kind: 'too-many' }

export interface Cutter {
  /** Several are first joined to one. Rejects when the thread does not answer. */
  cut(updates: Uint8Array[]): Promise<Cut>
  close(): Promise<void>
}

interface Thread {
  worker: Worker
  waiting: Map<number, PromiseWithResolvers<Cut>>
}

const SCRIPT = new URL('./cut-thread.ts', import.meta.url)
const IDLE_MS = 60_000
const CUT_WITHIN_MS = 20_000

export function createCutter(): Cutter {
  let thread: Thread | null = null
  let lastId = 0
  let idle: ReturnType<typeof setTimeout> | null = null

  const begin = (): Thread => {
    const begun: Thread = { worker: new Worker(SCRIPT), waiting: new Map() }
    begun.worker.unref()
    begun.worker.on('message', ({ id, cut }: { id: number; cut: Cut }) => begun.waiting.get(id)?.resolve(cut))
    const end = (error?: unknown): void => {
      if (thread === begun) thread = null
      for (const { reject } of begun.waiting.values()) reject(new Error('The thread that cuts updates has ended.', { cause: error }))
    }
    begun.worker.on('error', end)
    begun.worker.on('exit', () => end())
    return begun
  }
  const endWhenIdle = (): void => {
    if (thread?.waiting.size === 0) void thread.worker.terminate()
  }

  return {
    cut: async (updates) => {
      const { worker, waiting } = (thread ??= begin())
      const id = (lastId += 1)
      const answer = Promise.withResolvers<Cut>()
      waiting.set(id, answer)
      if (idle !== null) clearTimeout(idle)
      try {
        worker.postMessage({ id, updates })
        return await inTime(answer.promise, CUT_WITHIN_MS)
      } finally {
        waiting.delete(id)
        if (idle !== null) clearTimeout(idle)
        idle = setTimeout(endWhenIdle, IDLE_MS)
        idle.unref()
      }
    },
    close: async () => {
      if (idle !== null) clearTimeout(idle)
      await thread?.worker.terminate()
    },
  }
}
