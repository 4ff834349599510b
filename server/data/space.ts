/**
 * The space that a workspace takes in the object store, area by area, and the rule by which old results go. The store is
 * asked each time, so the figures are those of this moment; beyond very many objects they are a lower bound, and say so.
 */
import { and, desc, eq, isNotNull } from 'drizzle-orm'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import { KEEP_COUNT_MAX, KEEP_DAYS_MAX, type RetentionRule } from '#lib/domain/retention.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Objects } from '../objects/objects.ts'
import type { Executor } from '../store/client.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { results } from '../store/schema/runs.ts'
import { workspaces } from '../store/schema/workspaces.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { prefixOf } from './data-place.ts'
import { orAway } from './or-away.ts'

export const AREAS = ['tables', 'files', 'results', 'comparisons', 'texts', 'uploads', 'bin'] as const
const OBJECTS_MAX = 50_000
const PINNED_MAX = 200

export interface AreaSpace {
  area: (typeof AREAS)[number]
  bytes: number
  objects: number
  isCut: boolean
}

export interface Space {
  areas: AreaSpace[]
  rule: RetentionRule
  pinned: { id: string; notebookId: string; notebookTitle: string; rows: number; createdAt: string }[]
}

export async function readSpace(deps: Pick<Deps, 'db' | 'objects'>, actor: Actor | null, workspace: string): Promise<Outcome<Space, AuthorizeRefusal | 'storage-unavailable'>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:read')
  if (!allowed.ok) return allowed
  const { workspaceId } = allowed.value
  const areas = await orAway(() => Promise.all(AREAS.map((area) => measure(deps.objects, workspaceId, area))))
  if (!areas.ok) return areas
  return accept({ areas: areas.value, rule: await readRule(deps.db, workspaceId), pinned: await listPinned(deps.db, workspaceId) })
}

export async function setRetention(deps: Pick<Deps, 'db'>, actor: Actor | null, input: RetentionRule & { workspaceId: string; requestId: string | null }): Promise<Outcome<RetentionRule, AuthorizeRefusal | 'keep-invalid'>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'data:configure')
  if (!allowed.ok) return allowed
  const { days, count } = input
  if (!isBetween(days, KEEP_DAYS_MAX) || !isBetween(count, KEEP_COUNT_MAX)) return refuse('keep-invalid', `Give 1 to ${KEEP_DAYS_MAX} days and 1 to ${KEEP_COUNT_MAX} runs, or leave a field empty to keep all.`)
  const { workspaceId } = allowed.value
  return deps.db.transaction(async (tx) => {
    await tx.update(workspaces).set({ resultsKeepDays: days, resultsKeepCount: count }).where(eq(workspaces.id, workspaceId))
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'workspace.retention', subject: workspaceId, detail: { days, count }, requestId: input.requestId })
    return accept({ days, count })
  })
}

const isBetween = (value: number | null, most: number): boolean => value === null || (Number.isInteger(value) && value >= 1 && value <= most)

async function measure(objects: Objects, workspaceId: WorkspaceId, area: AreaSpace['area']): Promise<AreaSpace> {
  const space: AreaSpace = { area, bytes: 0, objects: 0, isCut: false }
  for await (const { bytes } of objects.list(prefixOf(workspaceId, area))) {
    if (space.objects >= OBJECTS_MAX) return { ...space, isCut: true }
    space.bytes += bytes
    space.objects += 1
  }
  return space
}

async function readRule(executor: Executor, workspaceId: WorkspaceId): Promise<RetentionRule> {
  const [row] = await executor.select({ days: workspaces.resultsKeepDays, count: workspaces.resultsKeepCount }).from(workspaces).where(eq(workspaces.id, workspaceId))
  return row ?? { days: null, count: null }
}

async function listPinned(executor: Executor, workspaceId: WorkspaceId): Promise<Space['pinned']> {
  const rows = await executor.select({ id: results.id, notebookId: results.notebookId, notebookTitle: notebooks.title, rows: results.rows, createdAt: results.createdAt })
    .from(results).innerJoin(notebooks, eq(notebooks.id, results.notebookId)).where(and(eq(results.workspaceId, workspaceId), isNotNull(results.pinnedAt))).orderBy(desc(results.pinnedAt)).limit(PINNED_MAX)
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }))
}
