/**
 * The columns of a workspace's tables, to find a table by one of them. Each table's log is read; what cannot be read is left
 * without columns. Of very many tables there is no time to read them all: the others are found by name only, and say so.
 */
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

const LIMITS = { tables: 150, forMs: 4000 }
const AT_ONCE = 4

export type TableColumns = DataTable & {
  columns: { name: string; type: string }[]
  /** Its log was not read: it has columns, and they are not here. */
  isPassedOver: boolean
}

export interface ColumnList {
  tables: TableColumns[]
  /** There are more tables than are listed. */
  isCut: boolean
}

export async function listColumns(deps: Pick<Deps, 'db' | 'objects' | 'reader' | 'config'>, actor: Actor | null, workspace: string, limits = LIMITS): Promise<Outcome<ColumnList, AuthorizeRefusal | 'storage-unavailable'>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:read')
  if (!allowed.ok) return allowed
  const { workspaceId } = allowed.value
  const list = await orAway(() => findTables(deps, workspaceId))
  if (!list.ok) return list
  const end = Date.now() + limits.forMs
  const read = async (one: DataTable): Promise<TableColumns> => {
    const path = tablePath(workspaceId, one, one.isShared)
    const log = await orAway(() => deps.objects.level(`${path}/_delta_log/`, LOG_FILES_MAX))
    const plan = log.ok ? planTable({ log: log.value.files, isCut: log.value.isCut }, null) : null
    const details = plan?.ok === true ? await describeTable(deps, { ...one, path }, plan.value) : null
    return { ...one, isPassedOver: false, columns: details?.ok === true ? details.value.columns.map(({ name, type }) => ({ name, type })) : [] }
  }
  const { tables, isCut } = list.value
  const found: TableColumns[] = []
  while (found.length < Math.min(tables.length, limits.tables) && Date.now() < end) {
    found.push(...(await Promise.all(tables.slice(found.length, Math.min(found.length + AT_ONCE, limits.tables)).map(read))))
  }
  return accept({ tables: [...found, ...tables.slice(found.length).map((one) => ({ ...one, isPassedOver: true, columns: [] }))], isCut })
}
