/**
 * Introductions: a Spark that was given is told the samples and the workspace's tables when it answers, and again when it was
 * seen to be away, since its catalog may be gone with it. Kernels wait for that, as for a Spark of ours; nothing else of it is touched.
 */
import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { ComputeId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import type { ComputesDeps } from './computes.ts'
import { isListening } from './spark-address.ts'
import { registerTables, tablesKnownPath, tellFailure } from './spark-process.ts'

export interface Introductions {
  /** A kernel is about to wait for the tables: what was known at an earlier time says nothing. */
  expect(id: ComputeId): void
  /** Once at a time, in the background; returns as soon as it is known whether there is anything to do. */
  begin(row: ComputeRow, url: string): Promise<void>
  close(): void
}

/** A kernel waits no longer. */
const AWAITED_MS = 120_000
const LOOK_EVERY_MS = 1_000

export function createIntroductions({ config, log, keys }: Pick<ComputesDeps, 'config' | 'log' | 'keys'>): Introductions {
  const known = new Set<ComputeId>()
  const underWay = new Set<ComputeId>()
  const closed = new AbortController()

  async function introduce({ id, workspaceId }: ComputeRow, url: string): Promise<void> {
    const until = Date.now() + AWAITED_MS
    while (!(await isListening(url))) {
      if (Date.now() > until) return
      await pause(LOOK_EVERY_MS, undefined, { signal: closed.signal, ref: false })
    }
    await registerTables(config, log, { computeId: id, workspaceId, keysFile: await keys.ensure(workspaceId), url, donePath: tablesKnownPath(config, id) })
    known.add(id)
  }

  /** What an earlier Spark knew, and why one of ours that this compute may have been did not start. */
  function forget(id: ComputeId): void {
    rmSync(tablesKnownPath(config, id), { force: true })
    tellFailure(config, id, null)
  }

  return {
    expect(id) {
      if (!known.has(id) && !underWay.has(id)) forget(id)
    },
    async begin(row, url) {
      if (!(await isListening(url))) known.delete(row.id)
      if (known.has(row.id) || underWay.has(row.id)) return
      underWay.add(row.id)
      forget(row.id)
      introduce(row, url)
        .catch((error: unknown) => closed.signal.aborted || log.warn({ err: error, computeId: row.id }, 'a given spark could not be told its tables'))
        .finally(() => underWay.delete(row.id))
    },
    close: () => closed.abort(),
  }
}
