/** What the cells of a notebook read and what became of it since: one question for all that are in view. */
import { and, eq, inArray } from 'drizzle-orm'
import { isUuid, type CellId, type NotebookId, type RunId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { CellLink, CellLinkNow, CellProvenance } from '#lib/domain/provenance.ts'
import type { Actor } from '../auth/actor.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import type { Database } from '../store/client.ts'
import { cellInputs } from '../store/schema/provenance.ts'
import { runCells, runs } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { inputNow } from './input-now.ts'
import { within } from './record-inputs.ts'
import { lookAtTables } from './table-looks.ts'

type ProvenanceDeps = Pick<Deps, 'db' | 'objects'>
export interface AskedCell { runId: string; cellId: string }

const keyOf = ({ runId, cellId }: AskedCell): string => `${runId} ${cellId}`

export async function readProvenance(deps: ProvenanceDeps, actor: Actor | null, request: { notebookId: string; cells: readonly AskedCell[] }): Promise<Outcome<CellProvenance[], AuthorizeRefusal | 'storage-unavailable'>> {
  const allowed = await authorizeNotebook(deps, actor, request.notebookId, 'data:read')
  if (!allowed.ok) return allowed
  // The tables of a workspace are its members' to know of.
  if (allowed.value.shareId !== null) return refuse('not-allowed', 'Where outputs came from is shown to members of the workspace only.')
  const ids = [...new Set(request.cells.map(({ runId }) => runId))].filter(isUuid) as RunId[]
  const rows = ids.length === 0 ? [] : await deps.db
    .select({ runId: runCells.runId, cellId: runCells.cellId, finishedAt: runCells.finishedAt, inputs: cellInputs.inputs }).from(runCells)
    .innerJoin(runs, eq(runs.id, runCells.runId))
    .leftJoin(cellInputs, and(eq(cellInputs.runId, runCells.runId), eq(cellInputs.cellId, runCells.cellId)))
    .where(and(eq(runs.notebookId, allowed.value.id), inArray(runCells.runId, ids)))
  const wanted = new Set(request.cells.map(keyOf))
  const found = rows.filter((row) => wanted.has(keyOf(row)))
  const digests = await digestsOf(deps.db, allowed.value.id, found.flatMap(({ inputs }) => inputs?.cells ?? []))
  return orAway(() => {
    const looks = lookAtTables(deps.objects)
    return Promise.all(found.map(async ({ runId, cellId, finishedAt, inputs }): Promise<CellProvenance> => {
      if (inputs === null) return { runId, cellId: cellId as CellId, inputs }
      const { tables, untracked, cells } = within(allowed.value.workspaceId, inputs)
      const links = cells.flatMap((link) => digests.get(keyOf(link)) ?? [])
      return { runId, cellId: cellId as CellId, inputs: { untracked, cells: links, tables: await Promise.all(tables.map((table) => inputNow(looks, table, finishedAt ?? new Date(8e15)))) } }
    }))
  })
}

/** Of the texts that ran then. The kernel is not believed: a run of another notebook is none. */
async function digestsOf(db: Database, notebookId: NotebookId, links: readonly CellLink[]): Promise<Map<string, CellLinkNow>> {
  if (links.length === 0) return new Map()
  const rows = await db.select({ runId: runCells.runId, cellId: runCells.cellId, digest: runCells.sourceDigest }).from(runCells).innerJoin(runs, eq(runs.id, runCells.runId))
    .where(and(eq(runs.notebookId, notebookId), inArray(runCells.runId, [...new Set(links.map(({ runId }) => runId))])))
  return new Map(rows.map((row) => [keyOf(row), { ...row, cellId: row.cellId as CellId }]))
}
