/**
 * Kernels as rows: which process is a notebook's, and how it is. A change of a notebook's own kernel is told on the
 * feed in the same transaction; the kernel of a scheduled run is nobody's business but the run's.
 */
import { and, eq, isNotNull, isNull, ne, or } from 'drizzle-orm'
import type { FeedEvent, KernelFeedState } from '#lib/domain/feed.ts'
import type { KernelId, NotebookId } from '#lib/domain/ids.ts'
import type { KernelState } from '#lib/domain/kernel.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Database, Executor, Transaction } from '../store/client.ts'
import { kernels, workers } from '../store/schema/compute.ts'
import { runs } from '../store/schema/runs.ts'

export type KernelRow = typeof kernels.$inferSelect
export type NewKernel = typeof kernels.$inferInsert

type Deps = { db: Database; now: () => Date }

export async function findKernel(db: Executor, notebookId: NotebookId): Promise<KernelRow | null> {
  const [row] = await db.select().from(kernels).where(and(eq(kernels.notebookId, notebookId), isNull(kernels.runId), isNull(kernels.endedAt)))
  return row ?? null
}

export async function listLiveKernels(db: Executor, host: string): Promise<KernelRow[]> {
  return db.select().from(kernels).where(and(eq(kernels.host, host), isNull(kernels.endedAt)))
}

export async function isWorkerAlive(db: Executor, workerId: string | null): Promise<boolean> {
  if (workerId === null) return false
  const rows = await db.select({ id: workers.id }).from(workers).where(eq(workers.id, workerId))
  return rows.length > 0
}

/** Whether somebody sees to the processes of that machine. */
export async function hasWorkers(db: Executor, host: string): Promise<boolean> {
  const rows = await db.select({ id: workers.id }).from(workers).where(eq(workers.host, host)).limit(1)
  return rows.length > 0
}

/** Kernels of runs whose attempt is over: ended, given to another worker, or waiting to be. */
export async function listOverKernels(db: Executor, host: string): Promise<KernelRow[]> {
  const rows = await db.select({ kernel: kernels }).from(kernels).innerJoin(runs, eq(runs.id, kernels.runId))
    .where(and(eq(kernels.host, host), isNull(kernels.endedAt), or(isNotNull(runs.finishedAt), isNull(runs.attemptToken), ne(runs.workerId, kernels.workerId))))
  return rows.map((row) => row.kernel)
}

/** Written while it comes up; again, when another process had to take its place or when the writer does not know whether the first came through. */
export async function insertKernel(deps: Deps, kernel: NewKernel & { state: 'starting' }): Promise<void> {
  const { pid, pidStarted, connectionPath } = kernel
  await deps.db.transaction((tx) => Promise.all([
    tx.insert(kernels).values(kernel).onConflictDoUpdate({ target: kernels.id, set: { pid, pidStarted, connectionPath, state: kernel.state, endReason: null, endedAt: null } }).execute(),
    tell(tx, kernel, kernel.state, null, deps.now()),
  ]))
}

/** Within the transaction that changes the run, so that kernel and run are never seen to disagree. */
export async function changeKernel(tx: Transaction, kernelId: KernelId, state: 'idle' | 'busy', now: Date): Promise<FeedEvent[]> {
  const [row] = await tx.update(kernels).set({ state, lastUsedAt: now }).where(and(eq(kernels.id, kernelId), isNull(kernels.endedAt))).returning({ runId: kernels.runId })
  return row === undefined || row.runId !== null ? [] : [{ kind: 'kernel.changed', state, reason: null, at: now.toISOString() }]
}

/** At rest although no run says so: its own did not come to that. */
export async function settleKernel(deps: Deps, { id, notebookId }: KernelRow): Promise<void> {
  const now = deps.now()
  await deps.db.transaction(async (tx) => appendToFeed(tx, notebookId, await changeKernel(tx, id, 'idle', now)))
}

/** The most memory that was seen, for who asks after its end. */
export async function notePeak(db: Executor, kernelId: KernelId, bytes: number): Promise<void> {
  await db.update(kernels).set({ peakBytes: bytes }).where(eq(kernels.id, kernelId))
}

/** Once: false when it was known already. */
export async function endKernel(deps: Deps, kernelId: KernelId, state: Extract<KernelState, 'dead' | 'stopped'>, reason: string | null): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const now = deps.now()
    const [row] = await tx.update(kernels).set({ state, endReason: reason, endedAt: now }).where(and(eq(kernels.id, kernelId), isNull(kernels.endedAt))).returning()
    if (row === undefined) return false
    await tell(tx, row, state, reason, now)
    return true
  })
}

/** A kernel is on its way, or did not come: there is no process and so no row, but people see why they wait. */
export async function tellKernel(deps: Deps, notebookId: NotebookId, state: 'starting' | 'dead' | 'stopped', reason: string | null): Promise<void> {
  await deps.db.transaction((tx) => tell(tx, { notebookId }, state, reason, deps.now()))
}

async function tell(tx: Transaction, kernel: { notebookId: NotebookId; runId?: string | null }, state: KernelFeedState, reason: string | null, now: Date): Promise<void> {
  if (kernel.runId != null) return
  await appendToFeed(tx, kernel.notebookId, [{ kind: 'kernel.changed', state, reason, at: now.toISOString() }])
}
