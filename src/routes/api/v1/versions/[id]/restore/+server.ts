/** Brings back a version. */
import { idParams } from '#lib/server/api-schemas.ts'
import { restoreVersion } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { restoreBody, restoredSchema } from '#lib/server/version-schemas.ts'

export const POST = route({
  name: 'restore-version',
  summary: 'Restore a version, or one cell of it',
  description: 'A new edit like any other: what people type meanwhile is kept, and the state before is a version too.',
  params: idParams, body: restoreBody, response: restoredSchema,
}, ({ deps, actor, params, body, requestId }) => restoreVersion(deps, actor, { versionId: params.id, cellId: body.cellId, requestId }))
