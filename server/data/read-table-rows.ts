/** Rows, charts, finds, summaries and files of a table at a version, read from the store through the reader; Spark is not needed. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { FileRequest } from '#lib/domain/result-file.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { TableRef } from '../reader/reader.ts'
import { makeDownload, type Download } from '../results/download-result.ts'
import { explainTable } from './explain-refusal.ts'
import { findTable, planTable } from './find-table.ts'
import { lookAtTable, type TableRefusal, type VersionRequest } from './read-table.ts'

type ReadDeps = Pick<Deps, 'db' | 'objects' | 'reader' | 'config'>

export async function readTablePage(deps: ReadDeps, actor: Actor | null, { page, signal, ...request }: VersionRequest & { page: PageRequest; signal?: AbortSignal }): Promise<Outcome<Page, TableRefusal>> {
  const table = await openTable(deps, actor, request)
  if (!table.ok) return table
  const read = await deps.reader.page(table.value, page, signal)
  return read.ok ? read : explainTable(read)
}

export async function readTableChart(deps: ReadDeps, actor: Actor | null, { encoding, signal, ...request }: VersionRequest & { encoding: ChartEncoding; signal?: AbortSignal }): Promise<Outcome<ChartData, TableRefusal>> {
  const table = await openTable(deps, actor, request)
  if (!table.ok) return table
  const read = await deps.reader.chart(table.value, encoding, signal)
  return read.ok ? read : explainTable(read)
}

/** `signal` says when nobody waits for the answer any more. */
export async function findInTable(deps: ReadDeps, actor: Actor | null, { find, signal, ...request }: VersionRequest & { find: FindRequest; signal: AbortSignal }): Promise<Outcome<FoundRows, TableRefusal>> {
  const table = await openTable(deps, actor, request)
  if (!table.ok) return table
  const found = await deps.reader.find(table.value, find, signal)
  return found.ok ? found : explainTable(found)
}

export async function summarizeTable(deps: ReadDeps, actor: Actor | null, { columns, signal, ...request }: VersionRequest & { columns: string[]; signal: AbortSignal }): Promise<Outcome<ColumnSummary[], TableRefusal>> {
  const table = await openTable(deps, actor, request)
  if (!table.ok) return table
  const made = await deps.reader.summaries(table.value, columns, signal)
  return made.ok ? made : explainTable(made)
}

export async function downloadTable(deps: ReadDeps, actor: Actor | null, { file, signal, ...request }: VersionRequest & { file: FileRequest; signal: AbortSignal }): Promise<Outcome<Download, TableRefusal>> {
  const table = await openTable(deps, actor, request)
  if (!table.ok) return table
  const made = await makeDownload(deps, table.value, `${request.schema}.${request.table}`, file, signal)
  return made.ok ? made : explainTable(made)
}

async function openTable(deps: ReadDeps, actor: Actor | null, request: VersionRequest): Promise<Outcome<TableRef, TableRefusal>> {
  const found = await findTable(deps, actor, request)
  if (!found.ok) return found
  const plan = planTable(found.value, request.version)
  if (!plan.ok) return plan
  const looked = await lookAtTable(deps, found.value, plan.value)
  if (!looked.ok) return looked
  const { details, hidden } = looked.value
  if (hidden.length > 0) return refuse('table-unreadable', `This Delta table uses a feature that DataHarbour cannot read: column mapping of a partition column (“${hidden[0]}”). Read it in a cell.`)
  const columns = details.columns.map(({ name, type }) => ({ name, type }))
  return accept({ path: found.value.path, version: plan.value.version, columns, mark: plan.value.mark, log: plan.value.long, ...(details.rows !== null && { rows: details.rows }) })
}
