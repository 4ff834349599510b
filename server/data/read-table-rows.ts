/** Rows and charts of a table at a version, read from the store through the reader; Spark is not needed. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { TableRef } from '../reader/reader.ts'
import { explainTable } from './explain-refusal.ts'
import { findTable, planTable } from './find-table.ts'
import { describeTable, type TableRefusal, type VersionRequest } from './read-table.ts'

type ReadDeps = Pick<Deps, 'db' | 'objects' | 'reader' | 'config'>

export async function readTablePage(deps: ReadDeps, actor: Actor | null, { page, ...request }: VersionRequest & { page: PageRequest }): Promise<Outcome<Page, TableRefusal>> {
  const table = await openTable(deps, actor, request)
  if (!table.ok) return table
  const read = await deps.reader.page(table.value, page)
  return read.ok ? read : explainTable(read)
}

export async function readTableChart(deps: ReadDeps, actor: Actor | null, { encoding, ...request }: VersionRequest & { encoding: ChartEncoding }): Promise<Outcome<ChartData, TableRefusal>> {
  const table = await openTable(deps, actor, request)
  if (!table.ok) return table
  const read = await deps.reader.chart(table.value, encoding)
  return read.ok ? read : explainTable(read)
}

async function openTable(deps: ReadDeps, actor: Actor | null, request: VersionRequest): Promise<Outcome<TableRef, TableRefusal>> {
  const found = await findTable(deps, actor, request)
  if (!found.ok) return found
  const plan = planTable(found.value, request.version)
  if (!plan.ok) return plan
  const details = await describeTable(deps, found.value, plan.value)
  if (!details.ok) return details
  const columns = details.value.columns.map(({ name, type }) => ({ name, type }))
  return accept({ path: found.value.path, version: plan.value.version, columns, mark: plan.value.mark })
}
