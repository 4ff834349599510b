/** What a table is at a version: its columns, rows, size and place, by its log alone; no file of it is opened. */
import { readDeltaSchema, renamedPartitions } from '#lib/domain/delta-schema.ts'
import type { TableDetails } from '#lib/domain/data.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { explainLog } from './explain-refusal.ts'
import { findTable, planTable, type FoundTable, type PlannedTable, type TableRequest } from './find-table.ts'

type ReadDeps = Pick<Deps, 'db' | 'objects' | 'reader' | 'config'>
export type TableRefusal = AuthorizeRefusal | ReaderRefusal | 'version-missing'

export interface VersionRequest extends TableRequest {
  /** The newest when null. */
  version: number | null
}

export async function readTable(deps: ReadDeps, actor: Actor | null, request: VersionRequest): Promise<Outcome<TableDetails, TableRefusal>> {
  const found = await findTable(deps, actor, request)
  if (!found.ok) return found
  const plan = planTable(found.value, request.version)
  return plan.ok ? describeTable(deps, found.value, plan.value) : plan
}

type Described = Omit<FoundTable, 'workspace' | 'log' | 'isCut'>

export async function describeTable(deps: Pick<Deps, 'reader' | 'config'>, found: Described, plan: PlannedTable): Promise<Outcome<TableDetails, ReaderRefusal>> {
  const looked = await lookAtTable(deps, found, plan)
  return looked.ok ? accept(looked.value.details) : looked
}

/** The table, and its columns whose values cannot be shown rightly. */
export async function lookAtTable(deps: Pick<Deps, 'reader' | 'config'>, found: Described, plan: PlannedTable): Promise<Outcome<{ details: TableDetails; hidden: string[] }, ReaderRefusal>> {
  const { checkpoint, largest, version, long } = plan
  const state = await deps.reader.state({ folder: found.path, checkpoint, commits: long === undefined ? plan.commits : [], largest, version, long })
  if (!state.ok) return explainLog(state)
  const { schema, partitionColumns, description, rows, files, bytes } = state.value
  const columns = readDeltaSchema(schema, partitionColumns)
  if (!columns.ok) return columns
  const details = {
    schema: found.schema, table: found.table, isShared: found.isShared, location: `s3a://${deps.config.s3.bucket}/${found.path}`,
    version: plan.version, newest: plan.newest, oldest: plan.oldest, changedAt: plan.changedAt.toISOString(),
    description, columns: columns.value, rows, files, bytes,
  }
  return accept({ details, hidden: renamedPartitions(schema, partitionColumns) })
}
