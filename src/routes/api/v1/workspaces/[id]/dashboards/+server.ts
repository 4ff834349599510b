/** The dashboards of a workspace: list them, make one. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { dashboardSummarySchema, titleBody } from '#lib/server/dashboard-schemas.ts'
import { createDashboard, listDashboards } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-dashboards', summary: 'List dashboards', params: workspaceParams, response: z.array(dashboardSummarySchema) },
  ({ deps, actor, params }) => listDashboards(deps, actor, params.id))

export const POST = route({ name: 'create-dashboard', summary: 'Create a dashboard', params: workspaceParams, body: titleBody, response: dashboardSummarySchema, status: 201 },
  ({ deps, actor, params, body, requestId }) => createDashboard(deps, actor, { workspaceId: params.id, title: body.title, requestId }))
