/** The links of a workspace: list those that work, make one. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { createShare, listShares, readWorkspace } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { createShareBody, newShareSchema, shareSchema } from '#lib/server/share-schemas.ts'

export const GET = route({
  name: 'list-shares',
  summary: 'List links and embeds',
  params: workspaceParams,
  query: z.strictObject({ notebook: z.uuid().optional(), dashboard: z.uuid().optional() }),
  response: z.array(shareSchema),
}, ({ deps, actor, params, query }) => listShares(deps, actor, { workspaceId: params.id, notebookId: query.notebook, dashboardId: query.dashboard }))

export const POST = route({
  name: 'create-share',
  summary: 'Create a link or an embed',
  description: 'A link to a notebook is a live view for anyone who has it. An embed may be framed by the sites you name.',
  params: workspaceParams,
  body: createShareBody,
  response: newShareSchema,
  status: 201,
}, async ({ deps, actor, params, body, requestId }) => {
  const workspace = await readWorkspace(deps, actor, params.id)
  if (!workspace.ok) return workspace
  return createShare(deps, actor, { ...body, workspaceId: workspace.value.id, requestId })
})
