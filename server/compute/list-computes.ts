/** The computes of a workspace, the default one first. Keys and tokens are not in the rows. */
import { asc, desc, eq } from 'drizzle-orm'
import type { ComputeKind, ComputeState } from '#lib/domain/compute.ts'
import type { ComputeId, WorkspaceId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { computes } from '../store/schema/compute.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeCompute, type ComputeRow } from './authorize-compute.ts'

export interface ComputeSummary {
  id: ComputeId
  workspaceId: WorkspaceId
  name: string
  kind: ComputeKind
  url: string | null
  state: ComputeState
  reason: string | null
  isDefault: boolean
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

export function summarizeCompute(row: ComputeRow): ComputeSummary {
  const { id, workspaceId, name, kind, state, reason, isDefault } = row
  // A given URL may carry a token after the semicolon.
  return { id, workspaceId, name, kind, state, reason, isDefault, url: row.url?.split(';')[0] ?? null, startedAt: row.startedAt?.toISOString() ?? null, lastUsedAt: row.lastUsedAt?.toISOString() ?? null }
}
