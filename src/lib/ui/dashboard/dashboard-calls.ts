/** What the dashboard page asks the API. */
import { callApi, callUrl } from '#lib/live/api.ts'
import type { CellResultChoice } from './cell-result-choice.ts'
import type { Dashboard, Tile, TileKind, TilePlace } from '#lib/domain/dashboard.ts'
import type { NotebookSummary } from '#lib/domain/notebook.ts'

export interface TileDraft {
  kind: TileKind
  title: string
  source: { notebookId: string; cellId: string } | null
  options: Record<string, unknown>
}

export const readDashboard = (dashboardId: string) => callApi<Dashboard>('GET', `/dashboards/${dashboardId}`)
/** What an embed shows; its token is all that counts. */
export const readEmbed = (token: string) => callUrl<Pick<Dashboard, 'title' | 'tiles'>>('GET', `/embed/${token}/tiles`)
export const listNotebooks = (workspaceId: string) => callApi<NotebookSummary[]>('GET', `/workspaces/${workspaceId}/notebooks`)
export const listCellResults = (notebookId: string) => callApi<CellResultChoice[]>('GET', `/notebooks/${notebookId}/results`)
export const addTile = (dashboardId: string, draft: TileDraft) => callApi<Tile>('POST', `/dashboards/${dashboardId}/tiles`, draft)
export const editTile = (tileId: string, change: { title?: string; options?: Record<string, unknown> }) => callApi<null>('PATCH', `/tiles/${tileId}`, change)
export const removeTile = (tileId: string) => callApi<null>('DELETE', `/tiles/${tileId}`)
export const savePlaces = (dashboardId: string, places: ({ id: string } & TilePlace)[]) => callApi<null>('PATCH', `/dashboards/${dashboardId}`, { places })
export const renameDashboard = (dashboardId: string, title: string) => callApi<null>('PATCH', `/dashboards/${dashboardId}`, { title })
export const deleteDashboard = (dashboardId: string) => callApi<null>('DELETE', `/dashboards/${dashboardId}`)
