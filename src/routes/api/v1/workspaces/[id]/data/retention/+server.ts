/** The rule by which old results go. */
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { retentionSchema } from '#lib/server/data-schemas.ts'
import { setRetention } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const PUT = route({
  name: 'set-retention', summary: 'Set how long results are kept', description: 'Owners only. Of each cell the newest results always stay, as do pinned ones, those that dashboards show, and those of notebooks open by a link.',
  params: workspaceParams, body: retentionSchema, response: retentionSchema,
}, ({ deps, actor, params, body, requestId }) => setRetention(deps, actor, { ...body, workspaceId: params.id, requestId }))
