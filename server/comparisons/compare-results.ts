/**
 * Compares two results of a notebook. The same question about the same two is answered by what is stored: results never
 * change. The rows that differ become a Delta table of their own: the reader makes the file, and only this side may write
 * to the store. The commit comes last, under an id that nobody else has, so no half of a table is ever read.
 */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { and, eq, inArray } from 'drizzle-orm'
import { checkKey } from '#lib/domain/compare-key.ts'
import { sharedColumns } from '#lib/domain/compare-schema.ts'
import { COMPARED_COLUMNS_MAX, type Comparison } from '#lib/domain/comparison.ts'
import { isUuid, type ComparisonId, type ResultId } from '#lib/domain/ids.ts'
import { FIRST_COMMIT, FIRST_FILE, firstCommit } from '#lib/domain/new-delta-table.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { prefixOf } from '../data/data-place.ts'
import { orAway } from '../data/or-away.ts'
import type { Deps } from '../deps.ts'
import { memberIdOf } from '../notebooks/list-notebooks.ts'
import type { ComparedTables, ReaderRefusal } from '../reader/reader.ts'
import type { ResultRow } from '../results/authorize-result.ts'
import { storable } from '../runs/storable.ts'
import type { Executor } from '../store/client.ts'
import { results } from '../store/schema/runs.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeComparing } from './authorize-comparison.ts'
import { findComparison, insertComparison, writeKey } from './comparison-rows.ts'
import { removeOldest } from './remove-comparisons.ts'

export interface CompareInput {
  notebookId: string
  before: string
  after: string
  /** Null: to be guessed; no column: rows as wholes. */
  key: string[] | null
}

export type CompareRefusal = AuthorizeRefusal | ReaderRefusal | 'key-invalid' | 'nothing-shared' | 'too-wide'
type CompareDeps = Pick<Deps, 'db' | 'reader' | 'objects' | 'now'>

export async function compareResults(deps: CompareDeps, actor: Actor | null, input: CompareInput, signal: AbortSignal): Promise<Outcome<Comparison, CompareRefusal>> {
  const pair = await findPair(deps, actor, input)
  if (!pair.ok) return pair
  const { before, after, key } = pair.value
  const asked = { before: before.id, after: after.id, key }
  const known = await findComparison(deps.db, asked, deps.now())
  if (known !== null) return accept(known)
  const compared = await deps.reader.compare({ before: tableOf(before), after: tableOf(after), key }, signal)
  if (!compared.ok) return compared
  const id = randomUUID() as ComparisonId
  const path = `${prefixOf(after.workspaceId, 'comparisons')}${id}`
  const written = await orAway(() => writeTable(deps, path, compared.value))
  if (!written.ok) return written
  const isFirst = await insertComparison(deps.db, {
    id, workspaceId: after.workspaceId, notebookId: after.notebookId, beforeId: before.id, afterId: after.id, askedKey: writeKey(key), path,
    columns: compared.value.tableColumns, summary: storable(compared.value.summary), createdBy: memberIdOf(actor) ?? null,
  })
  if (isFirst) await removeOldest(deps.db, after.workspaceId)
  else await deps.objects.removeAll(`${path}/`)
  const made = await findComparison(deps.db, asked, deps.now())
  return made === null ? refuse('result-gone', 'One of the two results was removed while they were compared.') : accept(made)
}

/** The two results, where both are of this notebook and still there, and the key that may be asked for. */
export async function findPair(deps: { db: Executor }, actor: Actor | null, input: CompareInput): Promise<Outcome<{ before: ResultRow; after: ResultRow; key: string[] | null }, AuthorizeRefusal | 'result-gone' | 'key-invalid' | 'nothing-shared' | 'too-wide'>> {
  const allowed = await authorizeComparing(deps, actor, input.notebookId)
  if (!allowed.ok) return allowed
  const ids = [input.before, input.after].filter(isUuid) as ResultId[]
  const rows = ids.length === 0 ? [] : await deps.db.select().from(results).where(and(inArray(results.id, ids), eq(results.notebookId, allowed.value.id)))
  const [before, after] = [rows.find((row) => row.id === input.before), rows.find((row) => row.id === input.after)]
  if (before === undefined || after === undefined) return refuse('not-found', 'There are no such two results in this notebook, or you have no access to them.')
  const gone = [before, after].find((row) => row.removedAt !== null)
  if (gone !== undefined) return refuse('result-gone', `The table of ${gone === before ? 'the first' : 'the second'} result was removed by the workspace’s rule. Choose another one.`)
  const shared = sharedColumns(before.columns, after.columns)
  if (shared.length === 0) return refuse('nothing-shared', 'These two tables have no column in common, so there are no rows to be compared.')
  if (shared.length > COMPARED_COLUMNS_MAX) return refuse('too-wide', `Tables of at most ${COMPARED_COLUMNS_MAX} columns are compared; these have ${shared.length} in common.`)
  if (input.key === null) return accept({ before, after, key: null })
  const key = checkKey(shared, input.key)
  return key.ok ? accept({ before, after, key: key.value }) : key
}

const tableOf = ({ path, version, columns }: ResultRow) => ({ path, version, columns })

async function writeTable({ objects, now }: Pick<Deps, 'objects' | 'now'>, path: string, { body, bytes, tableColumns, summary }: ComparedTables): Promise<void> {
  await objects.put(`${path}/${FIRST_FILE}`, Readable.fromWeb(body as WebStream), 'application/vnd.apache.parquet', bytes)
  const commit = firstCommit({ id: randomUUID(), columns: tableColumns, rows: summary.stored.rows, bytes, at: now().getTime() })
  await objects.put(`${path}/${FIRST_COMMIT}`, Buffer.from(commit), 'application/json')
}
