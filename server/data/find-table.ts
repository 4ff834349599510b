/**
 * Finds a table of a workspace and the files of its log, for whoever may read the workspace's data. The names are looked
 * up as they are; what lies in the bin is not found.
 */
import type { Action } from '#lib/domain/access.ts'
import { isTableName, type TableName } from '#lib/domain/data.ts'
import { planLog, type LogPlan } from '#lib/domain/delta-log.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { Level, LevelFile, Objects } from '../objects/objects.ts'
import { isLongLog, type LongLog } from '../reader/reader.ts'
import { authorizeWorkspace, type AuthorizedWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { isBinned } from './binned.ts'
import { mayBeShared, noSuchTable, tablePath } from './data-place.ts'
import { orAway } from './or-away.ts'

/** Ten thousand commits with their checkpoints, several times over. */
export const LOG_FILES_MAX = 60_000

export interface FoundTable extends TableName {
  workspace: AuthorizedWorkspace
  isShared: boolean
  /** Key of its folder. */
  path: string
  log: LevelFile[]
  /** There are more; what `log` has are the oldest, so that nobody knows the newest version. */
  isCut: boolean
}

export interface TableRequest extends TableName {
  workspaceId: string
}

type FindDeps = Pick<Deps, 'db' | 'objects'>

export async function findTable(deps: FindDeps, actor: Actor | null, request: TableRequest, action: Action = 'data:read'): Promise<Outcome<FoundTable, AuthorizeRefusal | 'storage-unavailable'>> {
  const allowed = await authorizeWorkspace(deps, actor, request.workspaceId, action)
  if (!allowed.ok) return allowed
  const { schema, table } = request
  if (!isTableName(schema) || !isTableName(table)) return noSuchTable()
  const workspace = allowed.value
  if (mayBeShared(request)) {
    const path = tablePath(workspace.workspaceId, request, true)
    const log = await readLogNames(deps.objects, path)
    if (!log.ok) return log
    if (log.value.files.length > 0) return accept({ schema, table, workspace, isShared: true, path, log: log.value.files, isCut: log.value.isCut })
  }
  const path = tablePath(workspace.workspaceId, request, false)
  if (await isBinned(deps.db, workspace.workspaceId, path)) return noSuchTable()
  const log = await readLogNames(deps.objects, path)
  if (!log.ok) return log
  const { files, isCut } = log.value
  return files.length === 0 ? noSuchTable() : accept({ schema, table, workspace, isShared: false, path, log: files, isCut })
}

const readLogNames = (objects: Objects, path: string): Promise<Outcome<Level, 'storage-unavailable'>> =>
  orAway(() => objects.level(`${path}/_delta_log/`, LOG_FILES_MAX))

export interface PlannedTable extends LogPlan {
  /** When the version was written, and what tells it from another table's at the same place. */
  changedAt: Date
  mark: string
  /** Bytes of the largest file of lines. */
  largest: number
  long?: LongLog
}

export const logTooLong = () =>
  refuse('table-unreadable', `The log of this table has more than ${LOG_FILES_MAX} files, which is more than is read here. Shorten it in a cell: set delta.logRetentionDuration, then write a checkpoint.`)

export function planTable({ log, isCut }: Pick<FoundTable, 'log' | 'isCut'>, version: number | null): Outcome<PlannedTable, 'not-found' | 'version-missing' | 'table-unreadable'> {
  if (isCut) return logTooLong()
  const plan = planLog(log.map(({ name }) => name), version)
  if (!plan.ok) return plan
  const last = plan.value.commits.at(-1) ?? plan.value.checkpoint[0]
  const file = log.find(({ name }) => name === last)
  return accept({ ...plan.value, changedAt: file?.modifiedAt ?? new Date(0), mark: file?.mark ?? '', largest: largestOf(log, [...plan.value.checkpoint, ...plan.value.commits].filter((one) => one.endsWith('.json'))), ...longLog(log, plan.value) })
}

/** Parquet holds a checkpoint in a tenth of what its lines are. */
function longLog(log: readonly LevelFile[], { checkpoint, commits }: LogPlan): { long?: LongLog } {
  const bytes = bytesOf(log, commits) + 10 * bytesOf(log, checkpoint)
  return isLongLog(commits.length, bytes) ? { long: { checkpoint, commits: commits.length } } : {}
}

function bytesOf(log: readonly LevelFile[], names: readonly string[]): number {
  const wanted = new Set(names)
  return log.reduce((sum, { name, bytes }) => (wanted.has(name) ? sum + bytes : sum), 0)
}

/** Bytes of the largest of these files of the log. */
export function largestOf(log: readonly LevelFile[], names: readonly string[]): number {
  const wanted = new Set(names)
  return log.reduce((most, { name, bytes }) => (wanted.has(name) ? Math.max(most, bytes) : most), 0)
}
