/**
 * Where a workspace's data lies in the bucket. Every key is made here of the workspace's id and names that were checked,
 * so that no request reaches beyond its own prefix [S24]. The samples are the one shared folder, and only its tables.
 */
import { DEFAULT_SCHEMA, isTableName, SAMPLES_SCHEMA, type TableName } from '#lib/domain/data.ts'
import type { WorkspaceId } from '#lib/domain/ids.ts'
import { refuse, type Refusal } from '#lib/domain/outcome.ts'

export const SAMPLES_PREFIX = 'samples/'

export const prefixOf = (workspaceId: WorkspaceId, area: 'tables' | 'files' | 'bin' | 'results' | 'comparisons' | 'texts' | 'uploads'): string => `ws/${workspaceId}/${area}/`

/** Key of a table's folder, without a slash at the end. The names must be checked before. */
export function tablePath(workspaceId: WorkspaceId, { schema, table }: TableName, isShared: boolean): string {
  if (!isTableName(schema) || !isTableName(table)) throw new Error('A table’s path is made of checked names.')
  if (isShared) return `${SAMPLES_PREFIX}${table}`
  return `${prefixOf(workspaceId, 'tables')}${schema === DEFAULT_SCHEMA ? table : `${schema}.db/${table}`}`
}

export const binPrefix = (workspaceId: WorkspaceId, id: string): string => `${prefixOf(workspaceId, 'bin')}${id}/`

export const mayBeShared = ({ schema, table }: TableName): boolean => schema === SAMPLES_SCHEMA && isTableName(table)

export const noSuchTable = (): Refusal<'not-found'> => refuse('not-found', 'There is no such table in this workspace.')
export const noSuchFile = (): Refusal<'not-found'> => refuse('not-found', 'There is no such file in this workspace.')
