/** What the browser asks about versions. */
import type { CellId, VersionId } from '#lib/domain/ids.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { NotebookVersion, VersionSummary } from '#lib/domain/version.ts'
import { callApi } from '#lib/live/api.ts'

export const listVersions = (notebookId: string): Promise<Outcome<VersionSummary[]>> => callApi('GET', `/notebooks/${notebookId}/versions`)

export const readVersion = (id: string): Promise<Outcome<NotebookVersion>> => callApi('GET', `/versions/${id}`)

export const nameNow = (notebookId: string, name: string): Promise<Outcome<VersionSummary>> => callApi('POST', `/notebooks/${notebookId}/versions`, { name })

export const renameVersion = (id: string, name: string): Promise<Outcome<VersionSummary>> => callApi('PATCH', `/versions/${id}`, { name })

export const restoreVersion = (id: string, cellId?: CellId): Promise<Outcome<{ before: VersionId; left: CellId[] }>> =>
  callApi('POST', `/versions/${id}/restore`, cellId === undefined ? {} : { cellId })
