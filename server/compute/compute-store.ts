/** Computes as rows: the default one of a workspace, the one of a notebook, and the process behind it. */
import { and, desc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import type { ComputeId, KernelId, NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { computes, kernels } from '../store/schema/compute.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import type { ComputeRow } from './authorize-compute.ts'
import { createDefaultCompute } from './create-default-compute.ts'

const findDefault = (db: Executor, workspaceId: WorkspaceId): Promise<ComputeRow[]> =>
  db.select().from(computes).where(and(eq(computes.workspaceId, workspaceId), eq(computes.isDefault, true))).execute()

export async function defaultCompute(db: Executor, workspaceId: WorkspaceId): Promise<ComputeRow> {
  const [row] = await findDefault(db, workspaceId)
  if (row !== undefined) return row
  await createDefaultCompute(db, workspaceId)
  const [made] = await findDefault(db, workspaceId)
  if (made === undefined) throw new Error(`workspace ${workspaceId} has no default compute`)
  return made
}

export async function findCompute(db: Executor, id: ComputeId): Promise<ComputeRow | null> {
  const [row] = await db.select().from(computes).where(eq(computes.id, id))
  return row ?? null
}

export const changeCompute = (db: Executor, id: ComputeId, change: Partial<ComputeRow>): Promise<unknown> =>
  db.update(computes).set(change).where(eq(computes.id, id))

/** Embedded ones of this host that have a process, as far as the rows know. */
export const listEmbedded = (db: Executor, host: string): Promise<ComputeRow[]> =>
  db.select().from(computes).where(and(eq(computes.kind, 'embedded'), eq(computes.host, host), isNotNull(computes.pid), inArray(computes.state, ['starting', 'running', 'stopping'])))

/** Of a workspace, those that this host can speak to: its own that are up or on their way, and given ones. */
export const listRunning = (db: Executor, workspaceId: WorkspaceId, host: string): Promise<ComputeRow[]> =>
  db.select().from(computes).where(and(eq(computes.workspaceId, workspaceId), or(eq(computes.kind, 'remote'), and(eq(computes.host, host), inArray(computes.state, ['starting', 'running'])))))

/**
 * Condemns (hold-compute.ts) the running ones that nobody has used or started for their time and that no open run needs: one
 * whose kernel is there, or would be. A long run counts as use until its end. In one statement: who uses or starts one
 * in this moment keeps it, or finds it condemned.
 */
export const condemnIdle = (db: Executor, host: string, idleMs: number): Promise<Pick<ComputeRow, 'id'>[]> => {
  const since = sql`clock_timestamp() - coalesce(${computes.idleMinutes} * interval '1 minute', ${idleMs}::double precision * interval '1 millisecond')`
  return db.update(computes).set({ state: 'stopping', startedAt: null }).where(and(
    eq(computes.kind, 'embedded'), eq(computes.host, host), eq(computes.state, 'running'), sql`greatest(${computes.lastUsedAt}, ${computes.startedAt}) < ${since}`,
    sql`not exists (select from runs r join notebooks n on n.id = r.notebook_id
      left join kernels k on k.notebook_id = n.id and (k.ended_at is null or k.ended_at > r.requested_at)
      where r.workspace_id = ${computes.workspaceId} and (r.finished_at is null or r.finished_at > ${since})
        and (k.compute_id = ${computes.id} or n.compute_id = ${computes.id} or (n.compute_id is null and ${computes.isDefault})))`,
  )).returning({ id: computes.id }).execute()
}

export async function noteUse(db: Executor, id: ComputeId, at: Date): Promise<ComputeRow | null> {
  const [row] = await db.update(computes).set({ lastUsedAt: at }).where(eq(computes.id, id)).returning()
  return row ?? null
}

/** Of a row whose process is gone with the worker that would have said so; one that has another by now is left alone. */
export const forgetProcess = (db: Executor, row: ComputeRow): Promise<unknown> =>
  db.update(computes).set({ state: 'stopped', reason: null, pid: null, pidStarted: null, url: null, uiUrl: null, startedAt: null })
    .where(and(eq(computes.id, row.id), eq(computes.pid, row.pid!), eq(computes.pidStarted, row.pidStarted!)))

/** Where a new kernel of the notebook goes: its choice, or else the default. */
export async function computeOfNotebook(db: Executor, { workspaceId, notebookId }: { workspaceId: WorkspaceId; notebookId: NotebookId }): Promise<ComputeRow> {
  // Together, so that all of them cost one round trip.
  const [[chosen], [given]] = await Promise.all([
    db.select({ compute: computes }).from(computes).innerJoin(notebooks, eq(notebooks.computeId, computes.id))
      .where(and(eq(notebooks.id, notebookId), eq(computes.workspaceId, workspaceId))).execute(),
    findDefault(db, workspaceId),
  ])
  return chosen?.compute ?? given ?? defaultCompute(db, workspaceId)
}

/** The living kernel of the notebook and the compute that it was started with. */
export async function kernelPlace(db: Executor, notebookId: NotebookId): Promise<{ kernelId: KernelId; compute: ComputeRow } | null> {
  const [found] = await db.select({ kernelId: kernels.id, compute: computes }).from(kernels).innerJoin(computes, eq(computes.id, kernels.computeId))
    .where(and(eq(kernels.notebookId, notebookId), isNull(kernels.runId), isNull(kernels.endedAt)))
  return found ?? null
}

/** The Spark that was used last, if that was lately: it is warmed up when a worker starts. */
export async function lastUsedCompute(db: Executor): Promise<ComputeRow | null> {
  const [row] = await db.select().from(computes)
    .where(sql`${computes.lastUsedAt} > clock_timestamp() - interval '7 days'`).orderBy(desc(computes.lastUsedAt)).limit(1)
  return row ?? null
}

/**
 * Makes the computes that workspaces began with what the configuration says: with a Spark Connect URL given they are
 * that Spark, else each workspace has its own on the worker's machine. A token in the URL stays in the configuration.
 */
export async function alignGivenComputes(db: Executor, remote: string | null): Promise<void> {
  if (remote === null) {
    await db.update(computes).set({ kind: 'embedded', url: null, state: 'stopped', reason: null }).where(and(computes.isGiven, eq(computes.kind, 'remote')))
  } else {
    const url = addressOf(remote)
    await db.update(computes).set({ kind: 'remote', url, uiUrl: null, state: 'running', reason: null, pid: null, pidStarted: null, logPath: null, memoryMb: null, cores: null, idleMinutes: null })
      .where(and(computes.isGiven, sql`(${computes.kind} <> 'remote' or ${computes.url} is distinct from ${url})`))
  }
}

/** Whether the given Spark answers, in the rows of all that follow it; null: it does. */
export const noteGiven = (db: Executor, reason: string | null): Promise<unknown> => {
  const state = reason === null ? 'running' : 'failed'
  return db.update(computes).set({ state, reason }).where(and(computes.isGiven, eq(computes.kind, 'remote'), sql`(${computes.state} <> ${state} or ${computes.reason} is distinct from ${reason}::text)`))
}

export const addressOf = (remote: string): string => remote.split(';')[0]!.replace(/\/$/, '')
