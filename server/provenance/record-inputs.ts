/**
 * Records what a cell read, as its kernel told it. Fenced by the attempt token. The kernel is not believed: what lies
 * outside its workspace and the samples is kept as unknown, so that nobody learns of other people's tables by it.
 */
import { z } from 'zod'
import { commitName } from '#lib/domain/delta-log.ts'
import { isCellId, isUuid, type CellId, type RunId, type WorkspaceId } from '#lib/domain/ids.ts'
import { UNTRACKED, type CellInputs } from '#lib/domain/provenance.ts'
import { prefixOf, SAMPLES_PREFIX } from '../data/data-place.ts'
import { isKey } from '../objects/object-key.ts'
import { holdAttempt } from '../runs/change-cell.ts'
import { storable } from '../runs/storable.ts'
import type { Database } from '../store/client.ts'
import { cellInputs } from '../store/schema/provenance.ts'

const told = z.object({
  tables: z.array(z.object({ name: z.string().max(300).nullable(), path: z.string().max(700), version: z.int().min(0), isFixed: z.boolean(), isSure: z.boolean() })).max(50),
  untracked: z.array(z.enum(UNTRACKED)).max(UNTRACKED.length),
  cells: z.array(z.object({ cellId: z.custom<CellId>((id) => typeof id === 'string' && isCellId(id)), runId: z.custom<RunId>((id) => typeof id === 'string' && isUuid(id)) })).max(200).default([]),
})
const UNREADABLE: CellInputs = { tables: [], untracked: ['unknown'], cells: [] }

/** False when the attempt is over. */
export async function recordInputs(deps: { db: Database }, input: { runId: RunId; token: string; cellId: CellId; told: unknown }): Promise<boolean> {
  const { runId, token, cellId } = input
  const parsed = told.safeParse(input.told)
  return deps.db.transaction(async (tx) => {
    const run = await holdAttempt(tx, runId, token)
    if (run === null) return false
    const inputs = storable(parsed.success ? within(run.workspaceId, parsed.data) : UNREADABLE)
    await tx.insert(cellInputs).values({ runId, cellId, inputs }).onConflictDoUpdate({ target: [cellInputs.runId, cellInputs.cellId], set: { inputs } })
    return true
  })
}

/** What may be looked at; of the rest stands only that it was elsewhere. */
export function within(workspaceId: WorkspaceId, { tables, untracked, cells = [] }: CellInputs): Required<CellInputs> {
  const kept = tables.filter(({ path }) => isReadable(workspaceId, path))
  return { tables: kept, untracked: kept.length === tables.length ? untracked : [...new Set([...untracked, 'elsewhere' as const])], cells }
}

/** Below the workspace's own data or the samples, by names that the store may be asked for: other programs name folders as they like. */
export const isReadable = (workspaceId: WorkspaceId, path: string): boolean =>
  (path.startsWith(prefixOf(workspaceId, 'tables')) || path.startsWith(prefixOf(workspaceId, 'files')) || path.startsWith(SAMPLES_PREFIX)) && isKey(`${path}/_delta_log/${commitName(0)}`)
