/** What is known of a comparison, and the rows that differ: pages, charts, searches, summaries and files of its table. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { Comparison } from '#lib/domain/comparison.ts'
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { FileRequest } from '#lib/domain/result-file.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import type { ReaderRefusal } from '../reader/reader.ts'
import { makeDownload, type Download } from '../results/download-result.ts'
import type { Executor } from '../store/client.ts'
import type { AuthorizeRefusal } from '../workspaces/authorize.ts'
import { authorizeComparison, tableOf } from './authorize-comparison.ts'
import { findComparison, toComparison, type Asked } from './comparison-rows.ts'
import { findPair, type CompareInput } from './compare-results.ts'

type Read<T> = Promise<Outcome<T, AuthorizeRefusal | ReaderRefusal>>
type ReadDeps = Pick<Deps, 'db' | 'reader'>

export async function readComparison(deps: { db: Executor }, actor: Actor | null, id: string): Promise<Outcome<Comparison, AuthorizeRefusal>> {
  const found = await authorizeComparison(deps, actor, id)
  return found.ok ? accept(toComparison(found.value.row)) : found
}

/** The stored answer to a question; null when it was not asked yet. */
export async function findStored(deps: Pick<Deps, 'db' | 'now'>, actor: Actor | null, input: CompareInput): Promise<Outcome<Comparison | null, string>> {
  const pair = await findPair(deps, actor, input)
  if (!pair.ok) return pair
  const asked: Asked = { before: pair.value.before.id, after: pair.value.after.id, key: pair.value.key }
  return accept(await findComparison(deps.db, asked, deps.now()))
}

export async function readDifference(deps: ReadDeps, actor: Actor | null, id: string, request: PageRequest, signal?: AbortSignal): Read<Page> {
  const found = await authorizeComparison(deps, actor, id)
  return found.ok ? deps.reader.page(tableOf(found.value.row), request, signal) : found
}

export async function chartDifference(deps: ReadDeps, actor: Actor | null, id: string, encoding: ChartEncoding, signal?: AbortSignal): Read<ChartData> {
  const found = await authorizeComparison(deps, actor, id)
  return found.ok ? deps.reader.chart(tableOf(found.value.row), encoding, signal) : found
}

export async function findInDifference(deps: ReadDeps, actor: Actor | null, id: string, request: FindRequest, signal: AbortSignal): Read<FoundRows> {
  const found = await authorizeComparison(deps, actor, id)
  return found.ok ? deps.reader.find(tableOf(found.value.row), request, signal) : found
}

export async function summarizeDifference(deps: ReadDeps, actor: Actor | null, id: string, columns: string[], signal: AbortSignal): Read<ColumnSummary[]> {
  const found = await authorizeComparison(deps, actor, id)
  return found.ok ? deps.reader.summaries(tableOf(found.value.row), columns, signal) : found
}

export async function downloadDifference(deps: ReadDeps, actor: Actor | null, id: string, request: FileRequest, signal: AbortSignal): Read<Download> {
  const found = await authorizeComparison(deps, actor, id)
  return found.ok ? makeDownload(deps, tableOf(found.value.row), `${found.value.notebook.title} compared`, request, signal) : found
}
