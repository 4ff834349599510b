/**
 * The tables of a workspace by schema, and the samples: folders with a Delta log below the workspace's tables, listed in
 * the object store. Spark is not asked. A folder whose name Spark could not take as a table's is passed over.
 */
import { DEFAULT_SCHEMA, isTableName, SAMPLES_SCHEMA, type DataTable } from '#lib/domain/data.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Objects } from '../objects/objects.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { pathsOnTheWay } from './binned.ts'
import { orAway } from './or-away.ts'
import { prefixOf, SAMPLES_PREFIX, tablePath } from './data-place.ts'

/** Of one folder. More are not shown, and that is said. */
const FOLDERS_MAX = 2000
const AT_ONCE = 16

export interface TableList {
  tables: DataTable[]
  isCut: boolean
}

export async function listTables(deps: Pick<Deps, 'db' | 'objects'>, actor: Actor | null, workspace: string): Promise<Outcome<TableList, AuthorizeRefusal | 'storage-unavailable'>> {
  const allowed = await authorizeWorkspace(deps, actor, workspace, 'data:read')
  if (!allowed.ok) return allowed
  return orAway(async () => findTables(deps, allowed.value.workspaceId))
}

export async function findTables(deps: Pick<Deps, 'db' | 'objects'>, workspaceId: WorkspaceId): Promise<TableList> {
  const { objects } = deps
  const prefix = prefixOf(workspaceId, 'tables')
  const [top, samples, hidden] = await Promise.all([objects.level(prefix, FOLDERS_MAX), objects.level(SAMPLES_PREFIX, FOLDERS_MAX), pathsOnTheWay(deps.db, workspaceId)])
  const schemas = top.folders.filter((name) => name.endsWith('.db') && isTableName(name.slice(0, -3)))
  const inSchemas = await Promise.all(schemas.map(async (folder) => ({ schema: folder.slice(0, -3), level: await objects.level(`${prefix}${folder}/`, FOLDERS_MAX) })))
  const shared = samples.folders.map((table) => ({ schema: SAMPLES_SCHEMA, table, isShared: true }))
  const own = [
    ...top.folders.filter((name) => !name.endsWith('.db')).map((table) => ({ schema: DEFAULT_SCHEMA, table, isShared: false })),
    ...inSchemas.flatMap(({ schema, level }) => level.folders.map((table) => ({ schema, table, isShared: false }))),
  ].filter(({ schema, table }) => schema !== SAMPLES_SCHEMA || !shared.some((one) => one.table === table))
  const named = [...own, ...shared].filter(({ table }) => isTableName(table))
  const visible = named.filter((one) => one.isShared || !hidden.has(tablePath(workspaceId, one, false)))
  const tables = await keepTables(objects, workspaceId, visible)
  return { tables: tables.toSorted(bySchema), isCut: top.isCut || inSchemas.some(({ level }) => level.isCut) }
}

async function keepTables(objects: Objects, workspaceId: WorkspaceId, found: DataTable[]): Promise<DataTable[]> {
  const kept: DataTable[] = []
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const group = found.slice(at, at + AT_ONCE)
    const isTable = await Promise.all(group.map(async (one) => (await objects.level(`${tablePath(workspaceId, one, one.isShared)}/_delta_log/`, 1)).files.length > 0))
    kept.push(...group.filter((_, i) => isTable[i]))
  }
  return kept
}

/** The workspace's own first, then the samples; by name within each. */
const bySchema = (a: DataTable, b: DataTable): number => Number(a.isShared) - Number(b.isShared) || a.schema.localeCompare(b.schema) || a.table.localeCompare(b.table)
