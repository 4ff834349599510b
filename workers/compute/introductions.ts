/**
 * Introductions: a Spark that was given is told the samples and the workspace's tables when it answers, and again when it was
 * seen to be away, since its catalog may be gone with it. Kernels wait for that, as for a Spark of ours; nothing else of it is touched.
 * Nobody here can start it: one that does not answer within seconds is given up, in its row and to who waits. The next run asks anew.
 * The row says whether it answers, as look-at-given.ts has it too; that it answers and could not be told, only who waits for the tables hears.
 */
import { existsSync, rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parseConnectUrl } from '#lib/domain/connect-url.ts'
import type { ComputeId } from '#lib/domain/ids.ts'
import type { ComputeRow } from '#server/compute/authorize-compute.ts'
import { changeCompute } from '#server/compute/compute-store.ts'
import { tryConnect } from '#server/compute/try-connect.ts'
import type { ComputesDeps } from './computes.ts'
import { registerTables, tablesKnownPath, tellFailure } from './spark-process.ts'

export interface Introductions {
  /** A kernel is about to wait for the tables: what was known at an earlier time says nothing. */
  expect(id: ComputeId): void
  /** Once at a time, in the background; returns as soon as it is known whether there is anything to do. */
  begin(row: ComputeRow, url: string): Promise<void>
  /** The Spark that SPARK_REMOTE names was seen to be away: each compute that follows it is told anew at its next run. */
  doubtGiven(): void
  close(): void
}

/** With the last ask it stays below the 15 s within which a cell is told, whose kernel may have to start first. */
const AWAITED_MS = 6_000
const ANSWER_WITHIN_MS = 3_000
const LOOK_EVERY_MS = 1_000

/** It does not answer, and why. Whatever else goes wrong says nothing of it. */
class Silence extends Error {}

/** `onAway` hears of each that was given up or is doubted: what was seen of it before says nothing. */
export function createIntroductions({ db, config, log, keys }: Pick<ComputesDeps, 'db' | 'config' | 'log' | 'keys'>, onAway: (id: ComputeId) => void): Introductions {
  /** Those that were told, and whether they follow SPARK_REMOTE. */
  const known = new Map<ComputeId, boolean>()
  const underWay = new Set<ComputeId>()
  const closed = new AbortController()

  async function introduce({ id, workspaceId, isGiven }: ComputeRow, url: string): Promise<void> {
    const until = Date.now() + AWAITED_MS
    for (let why = await whyNot(url); why !== null; why = await whyNot(url)) {
      if (Date.now() > until) throw new Silence(why)
      await pause(LOOK_EVERY_MS, undefined, { signal: closed.signal, ref: false })
    }
    await registerTables(config, log, { computeId: id, workspaceId, keysFile: await keys.ensure(workspaceId), url, donePath: tablesKnownPath(config, id) })
    known.set(id, isGiven)
    await changeCompute(db, id, { state: 'running', reason: null })
  }

  async function giveUp(id: ComputeId, url: string, error: unknown): Promise<void> {
    if (closed.signal.aborted) return
    const silence = error instanceof Silence ? error.message : await whyNot(url)
    const why = silence ?? (error instanceof Error ? error.message : String(error))
    log.warn({ computeId: id, why }, silence === null ? 'a given spark could not be told its tables' : 'a given spark does not answer')
    tellFailure(config, id, `${silence === null ? 'The given Spark answers, but could not be told its tables' : 'The given Spark does not answer'}: ${why}`)
    onAway(id)
    await changeCompute(db, id, silence === null ? { state: 'running', reason: null } : { state: 'failed', reason: silence })
  }

  /** What an earlier Spark knew, and why it did not come at another time. */
  function forget(id: ComputeId): void {
    rmSync(tablesKnownPath(config, id), { force: true })
    tellFailure(config, id, null)
  }

  return {
    expect(id) {
      if (!known.has(id) && !underWay.has(id)) forget(id)
    },
    async begin(row, url) {
      // Another worker of this machine may have seen it away meanwhile, and taken the file.
      const isKnown = known.has(row.id) && existsSync(tablesKnownPath(config, row.id)) && (await whyNot(url)) === null
      if (isKnown || underWay.has(row.id)) return
      known.delete(row.id)
      underWay.add(row.id)
      forget(row.id)
      introduce(row, url)
        .catch((error: unknown) => giveUp(row.id, url, error))
        .catch((error: unknown) => log.warn({ err: error, computeId: row.id }, 'what became of a given spark could not be written'))
        .finally(() => underWay.delete(row.id))
    },
    doubtGiven() {
      for (const [id, isGiven] of known) {
        if (!isGiven) continue
        known.delete(id)
        onAway(id)
      }
    },
    close: () => closed.abort(),
  }
}

/** By a real call: what takes connections and says nothing does not answer either. Null when it answers. */
async function whyNot(url: string): Promise<string | null> {
  const address = parseConnectUrl(url)
  const answered = address.ok ? await tryConnect(address.value, ANSWER_WITHIN_MS) : address
  return answered.ok ? null : answered.message
}
