/** The computes of a workspace, the default one first. Keys and tokens never leave. */
import { and, asc, count, desc, eq, isNull } from 'drizzle-orm'
import type { ComputeKind, ComputeState } from '#lib/domain/compute.ts'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeCompute, type ComputeRow } from './authorize-compute.ts'

export interface ComputeSummary {
  id: ComputeId
  workspaceId: WorkspaceId
  name: string
  kind: ComputeKind
  url: string | null
  /** Something secret, such as a token, goes with the address. */
  hasToken: boolean
  state: ComputeState
  reason: string | null
  isDefault: boolean
  /** Came with the workspace. */
  isGiven: boolean
  memoryMb: number | null
  cores: number | null
  idleMinutes: number | null
  /** Where Spark's own pages of a remote one are. */
  pagesUrl: string | null
  /** Spark's own pages of an embedded one can be asked for. */
  hasPages: boolean
  startedAt: string | null
  lastUsedAt: string | null
}

export async function listComputes(deps: { db: Executor }, actor: Actor | null, input: { workspaceId: string }): Promise<Outcome<ComputeSummary[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'compute:read')
  if (!allowed.ok) return allowed
  const rows = await deps.db.select().from(computes).where(eq(computes.workspaceId, allowed.value.workspaceId)).orderBy(desc(computes.isDefault), asc(computes.name))
  return accept(rows.map(summarizeCompute))
}

export async function readCompute(deps: { db: Executor }, actor: Actor | null, input: { computeId: string }): Promise<Outcome<ComputeSummary, AuthorizeRefusal>> {
  const allowed = await authorizeCompute(deps, actor, input.computeId, 'compute:read')
  return allowed.ok ? accept(summarizeCompute(allowed.value)) : allowed
}

export interface AttachedNotebook { id: string; title: string }

/** The notebooks that chose it. Those without a choice of their own follow the default and are only counted. */
export async function listAttached(deps: { db: Executor }, actor: Actor | null, workspaceId: string): Promise<Outcome<{ chosen: (AttachedNotebook & { computeId: string })[]; following: number }, AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspaceId, 'compute:read')
  if (!allowed.ok) return allowed
  const live = and(eq(notebooks.workspaceId, allowed.value.workspaceId), isNull(notebooks.trashedAt))
  const chosen = await deps.db.select({ id: notebooks.id, title: notebooks.title, computeId: computes.id }).from(notebooks)
    .innerJoin(computes, eq(computes.id, notebooks.computeId)).where(live).orderBy(asc(notebooks.title))
  const [following] = await deps.db.select({ count: count() }).from(notebooks).where(and(live, isNull(notebooks.computeId)))
  return accept({ chosen, following: following?.count ?? 0 })
}

export function summarizeCompute(row: ComputeRow): ComputeSummary {
  const { id, workspaceId, name, kind, state, reason, isDefault, isGiven, memoryMb, cores, idleMinutes } = row
  const isRemote = kind === 'remote'
  return {
    id, workspaceId, name, kind, state, reason, isDefault, isGiven, memoryMb, cores, idleMinutes,
    // Older rows, and those made of SPARK_REMOTE, may carry a token after the semicolon.
    url: row.url?.split(';')[0]?.replace(/\/$/, '') ?? null, hasToken: row.sealedParameters !== null,
    pagesUrl: isRemote ? row.uiUrl : null, hasPages: !isRemote && row.uiUrl !== null && row.state === 'running',
    startedAt: row.startedAt?.toISOString() ?? null, lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}
