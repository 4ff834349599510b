/** The columns of a workspace's tables, to find a table by one of them. Each table's log is read; what cannot be read is left without columns. */
import type { DataTable } from '#lib/domain/data.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { tablePath } from './data-place.ts'
import { LOG_FILES_MAX, planTable } from './find-table.ts'
import { findTables } from './list-tables.ts'
import { orAway } from './or-away.ts'
import { describeTable } from './read-table.ts'

/** Beyond these, tables are found by name only. */
const TABLES_MAX = 150
const READ_FOR_MS = 4000
const AT_ONCE = 4

export type TableColumns = DataTable & { columns: { name: string; type: string }[] }

export async function listColumns(deps: Pick<Deps, 'db' | 'objects' | 'reader' | 'config'>, actor: Actor | null, workspace: string): Promise<Outcome<TableColumns[], AuthorizeRefusal | 'storage-unavailable'>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:read')
  if (!allowed.ok) return allowed
  const { workspaceId } = allowed.value
  const list = await orAway(() => findTables(deps, workspaceId))
  if (!list.ok) return list
  const end = Date.now() + READ_FOR_MS
  const read = async (one: DataTable): Promise<TableColumns> => {
    if (Date.now() > end) return { ...one, columns: [] }
    const path = tablePath(workspaceId, one, one.isShared)
    const log = await orAway(() => deps.objects.level(`${path}/_delta_log/`, LOG_FILES_MAX))
    const plan = log.ok ? planTable({ log: log.value.files, isCut: log.value.isCut }, null) : null
    const details = plan?.ok === true ? await describeTable(deps, { ...one, path }, plan.value) : null
    return { ...one, columns: details?.ok === true ? details.value.columns.map(({ name, type }) => ({ name, type })) : [] }
  }
  const found: TableColumns[] = []
  for (let at = 0; at < list.value.tables.length; at += AT_ONCE) {
    const group = list.value.tables.slice(at, at + AT_ONCE)
    found.push(...(at < TABLES_MAX ? await Promise.all(group.map(read)) : group.map((one) => ({ ...one, columns: [] }))))
  }
  return accept(found)
}
