/**
 * Removes long texts that nobody can come to any more: of runs that are gone, by whichever way, and of runs whose
 * rows do not lead to them (what was cleared, an attempt that was given up). It compares what lies in the store with the
 * rows, so nothing has to be remembered: a store that was away, or a worker that died on the way, costs an hour.
 *
 * [TEXTS1] A text that a page can show, or that is still being written, stays.
 * [TEXTS2] Only below workspaces of this database: a bucket may serve others too.
 */
import { sql } from 'drizzle-orm'
import { isUuid } from '#lib/domain/ids.ts'
import type { Objects } from '../objects/objects.ts'
import type { Database } from '../store/client.ts'
import { textPrefix } from './text-prefix.ts'

type Deps = { db: Database; objects: Objects; now: () => Date }

/** Nothing is written to a run after its end, so a run that ended before was looked at already, more than once. */
const LOOK_BACK_MS = 25 * 60 * 60_000
const RUNS_AT_ONCE = 500

export async function removeTexts(deps: Deps): Promise<number> {
  let removed = 0
  const workspaces = await deps.db.execute<{ id: string }>(sql`select id from workspaces order by id`)
  for (const { id: workspaceId } of workspaces) {
    const ids = (await all(deps.objects.folders(`ws/${workspaceId}/texts/`))).filter(isUuid)
    for (let at = 0; at < ids.length; at += RUNS_AT_ONCE) removed += await removeOf(deps, workspaceId, ids.slice(at, at + RUNS_AT_ONCE))
  }
  return removed
}

async function removeOf(deps: Deps, workspaceId: string, ids: string[]): Promise<number> {
  // Postgres is asked after the store was: a run whose text is there has had its row before.
  const rows = await deps.db.execute<{ id: string; isToLookAt: boolean }>(sql`
    select id, coalesce(finished_at > ${new Date(deps.now().getTime() - LOOK_BACK_MS).toISOString()}, false) as "isToLookAt"
    from runs where id in ${ids}`)
  const known = new Map(rows.map((row) => [row.id, row.isToLookAt]))
  let removed = 0
  for (const id of ids) {
    if (!known.has(id)) removed += await deps.objects.removeAll(`ws/${workspaceId}/texts/${id}/`)
    else if (known.get(id) === true) removed += await removeOrphans(deps, { id, workspaceId })
  }
  return removed
}

async function removeOrphans(deps: Deps, run: { id: string; workspaceId: string }): Promise<number> {
  const rows = await deps.db.execute<{ textId: string | null }>(sql`
    select distinct output ->> 'textId' as "textId" from outputs o where run_id = ${run.id} and output ->> 'kind' = 'omitted'
    and not exists (select 1 from outputs later where later.run_id = o.run_id and later.cell_id = o.cell_id and later.seq > o.seq and later.output ->> 'kind' = 'clear')`)
  const wanted = new Set(rows.map((row) => row.textId))
  let removed = 0
  for (const textId of await all(deps.objects.folders(`ws/${run.workspaceId}/texts/${run.id}/`))) {
    if (!wanted.has(textId)) removed += await deps.objects.removeAll(textPrefix(run, textId))
  }
  return removed
}

async function all(names: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const name of names) found.push(name)
  return found
}
