/** What readers of an embedded table may do besides paging: look for a text, see what its columns hold, take it along. Of a tile that shows the table, and no other. */
import type { ColumnSummary } from '#lib/domain/column-summary.ts'
import type { FindRequest, FoundRows } from '#lib/domain/find-rows.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { FileRequest } from '#lib/domain/result-file.ts'
import { makeDownload, type Download } from '../results/download-result.ts'
import { findTable, type EmbedDataRefusal, type EmbedDeps, type EmbedTableRequest } from './open-embed.ts'

export async function findInEmbed(deps: EmbedDeps, request: EmbedTableRequest & { find: FindRequest }, signal: AbortSignal): Promise<Outcome<FoundRows, EmbedDataRefusal>> {
  const found = await findTable(deps, request, 'table')
  return found.ok ? deps.reader.find(found.value.table, request.find, signal) : found
}

export async function summarizeEmbed(deps: EmbedDeps, request: EmbedTableRequest & { columns: string[] }, signal: AbortSignal): Promise<Outcome<ColumnSummary[], EmbedDataRefusal>> {
  const found = await findTable(deps, request, 'table')
  return found.ok ? deps.reader.summaries(found.value.table, request.columns, signal) : found
}

export async function downloadEmbed(deps: EmbedDeps, request: EmbedTableRequest & { file: FileRequest }, signal: AbortSignal): Promise<Outcome<Download, EmbedDataRefusal>> {
  const found = await findTable(deps, request, 'table', 'file')
  return found.ok ? makeDownload(deps, found.value.table, found.value.tile.title || 'Table', request.file, signal) : found
}
