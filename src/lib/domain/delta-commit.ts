/**
 * What a commit of a Delta table says of itself. Writers differ in how they call things, and anybody may have written it:
 * every field is looked at, none is believed to be there. `mark` is what our kernels leave (spark_gate.py): the run and
 * the cell that wrote.
 */
export interface ReadCommit {
  at: string
  operation: string
  engine: string | null
  rowsAdded: number | null
  rowsRemoved: number | null
  userName: string | null
  mark: { runId: string } | null
}

const OPERATIONS: Record<string, string> = {
  'CREATE TABLE': 'Create', 'CREATE TABLE AS SELECT': 'Create from a query', 'CREATE OR REPLACE TABLE AS SELECT': 'Replace by a query', 'CREATE OR REPLACE TABLE': 'Replace', 'REPLACE TABLE AS SELECT': 'Replace by a query',
  WRITE: 'Write', DELETE: 'Delete', UPDATE: 'Update', MERGE: 'Merge', OPTIMIZE: 'Optimize', RESTORE: 'Restore', TRUNCATE: 'Truncate',
  'STREAMING UPDATE': 'Stream', 'VACUUM START': 'Vacuum begins', 'VACUUM END': 'Vacuum ends', 'SET TBLPROPERTIES': 'Set properties', 'ADD COLUMNS': 'Add columns', 'CHANGE COLUMN': 'Change a column', 'RENAME COLUMN': 'Rename a column', 'DROP COLUMNS': 'Drop columns',
}
/** What files bring is new rows only here; elsewhere they are rows that were written again. */
const ADDS = /^(WRITE|CREATE|REPLACE|STREAMING)/
const TEXT_MAX = 80
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function readCommit(info: string | null, addedByFiles: number | null, writtenAt: Date): ReadCommit {
  const found = objectOf(info)
  const metrics = objectOf(found.operationMetrics)
  const parameters = objectOf(found.operationParameters)
  const operation = text(found.operation) ?? 'Unknown'
  const mode = text(parameters.mode)
  const time = Number(found.timestamp)
  return {
    at: (Number.isFinite(time) && time > 0 && time < 8e15 ? new Date(time) : writtenAt).toISOString(),
    operation: operation === 'WRITE' && mode !== null ? `${mode.toLowerCase() === 'overwrite' ? 'Overwrite' : mode.toLowerCase() === 'append' ? 'Append' : 'Write'}` : (OPERATIONS[operation] ?? capital(operation)),
    engine: text(found.engineInfo) ?? text(found.clientVersion),
    rowsAdded: count(metrics, ['numTargetRowsInserted', 'numOutputRows', 'num_added_rows', 'num_inserted_rows', 'num_target_rows_inserted']) ?? (ADDS.test(operation) ? addedByFiles : null),
    rowsRemoved: count(metrics, ['numTargetRowsDeleted', 'numDeletedRows', 'num_deleted_rows', 'num_target_rows_deleted']),
    userName: text(found.userName),
    mark: markOf(found.userMetadata),
  }
}

function markOf(value: unknown): ReadCommit['mark'] {
  const { run } = objectOf(value)
  return typeof run === 'string' && uuid.test(run) ? { runId: run } : null
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') {
    try {
      return objectOf(JSON.parse(value) as unknown)
    } catch {
      return {}
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function count(metrics: Record<string, unknown>, names: readonly string[]): number | null {
  for (const name of names) {
    const value = metrics[name]
    if ((typeof value === 'string' && /^\d{1,15}$/.test(value)) || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return Number(value)
  }
  return null
}

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value.slice(0, TEXT_MAX) : null)
const capital = (words: string): string => words.slice(0, 1) + words.slice(1).toLowerCase()
