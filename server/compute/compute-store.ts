/** Computes as rows: the default one of a workspace, and the process behind it. */
import { and, eq, inArray, isNotNull, lt, notExists, desc, sql, isNull } from 'drizzle-orm'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'
import { runs } from '../store/schema/runs.ts'
import type { ComputeRow } from './authorize-compute.ts'
import { createDefaultCompute } from './create-default-compute.ts'

export async function defaultCompute(db: Executor, workspaceId: WorkspaceId): Promise<ComputeRow> {
  const find = () => db.select().from(computes).where(and(eq(computes.workspaceId, workspaceId), eq(computes.isDefault, true)))
  const [row] = await find()
  if (row !== undefined) return row
  await createDefaultCompute(db, workspaceId)
  const [made] = await find()
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

/** Running ones that nobody has used for a while and that no open run needs. */
export const listIdle = (db: Executor, host: string, idleMs: number): Promise<ComputeRow[]> =>
  db.select().from(computes).where(and(
    eq(computes.kind, 'embedded'), eq(computes.host, host), eq(computes.state, 'running'),
    lt(computes.lastUsedAt, sql`clock_timestamp() - ${idleMs}::double precision * interval '1 millisecond'`),
    notExists(db.select({ one: sql`1` }).from(runs).where(and(eq(runs.workspaceId, computes.workspaceId), isNull(runs.finishedAt)))),
  ))

/** The workspace whose Spark was used last, if that was lately: it is warmed up when a worker starts. */
export async function lastUsedWorkspace(db: Executor): Promise<WorkspaceId | null> {
  const [row] = await db.select({ id: computes.workspaceId }).from(computes)
    .where(and(eq(computes.isDefault, true), sql`${computes.lastUsedAt} > clock_timestamp() - interval '7 days'`)).orderBy(desc(computes.lastUsedAt)).limit(1)
  return row?.id ?? null
}

/**
 * Makes default computes what the configuration says: with a Spark Connect URL given they are that Spark, else each
 * workspace has its own on the worker's machine.
 */
export async function alignDefaultComputes(db: Executor, remote: string | null): Promise<void> {
  if (remote === null) {
    await db.update(computes).set({ kind: 'embedded', url: null, state: 'stopped', reason: null }).where(and(eq(computes.isDefault, true), eq(computes.kind, 'remote')))
  } else {
    await db.update(computes).set({ kind: 'remote', url: remote, state: 'running', reason: null, pid: null, pidStarted: null, logPath: null })
      .where(and(eq(computes.isDefault, true), sql`(${computes.kind} <> 'remote' or ${computes.url} is distinct from ${remote})`))
  }
}
