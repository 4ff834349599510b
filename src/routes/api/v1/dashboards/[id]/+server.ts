/** One dashboard: read it with what its tiles show, rename it or move its tiles, delete it. */
import { idParams } from '#lib/server/api-schemas.ts'
import { dashboardSchema, editDashboardBody } from '#lib/server/dashboard-schemas.ts'
import { deleteDashboard, editDashboard, readDashboard } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-dashboard', summary: 'Read a dashboard and what its tiles show', params: idParams, response: dashboardSchema },
  ({ deps, actor, params }) => readDashboard(deps, actor, params.id))

export const PATCH = route({ name: 'edit-dashboard', summary: 'Rename a dashboard or move its tiles', params: idParams, body: editDashboardBody, response: null },
  ({ deps, actor, params, body }) => editDashboard(deps, actor, { dashboardId: params.id, ...body }))

export const DELETE = route({ name: 'delete-dashboard', summary: 'Delete a dashboard, its tiles and its embeds', params: idParams, response: null },
  ({ deps, actor, params, requestId }) => deleteDashboard(deps, actor, { dashboardId: params.id, requestId }))
