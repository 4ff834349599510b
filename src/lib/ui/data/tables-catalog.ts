/**
 * Tables catalog: the workspace's tables as the catalog of SQL names, for a notebook whose Spark is not open: what the data
 * panel shows. Temporary views are not in it: only the session that made them knows them.
 */
import { DEFAULT_SCHEMA } from '#lib/domain/data.ts'
import type { Catalog } from '#lib/domain/kernel-question.ts'
import { callApi } from '#lib/live/api.ts'
import type { ColumnList, TableColumns } from './find-tables.ts'

export const catalogOf = (tables: readonly TableColumns[]): Catalog => ({
  isComplete: true,
  tables: tables.map(({ schema, table, columns }) => ({ schema: schema === DEFAULT_SCHEMA ? null : schema, name: table, isView: false, columns: columns.map(({ name, type }) => ({ name, type })) })),
})

export async function readTablesCatalog(workspace: string): Promise<Catalog | null> {
  const read = await callApi<ColumnList>('GET', `/workspaces/${workspace}/data/columns`)
  return read.ok ? catalogOf(read.value.tables) : null
}
