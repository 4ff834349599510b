import { idParams, notebookSchema } from '#lib/server/api-schemas.ts'
import { restoreNotebook } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({ name: 'restore-notebook', summary: 'Take a notebook out of the trash', params: idParams, response: notebookSchema },
  ({ deps, actor, params, requestId }) => restoreNotebook(deps, actor, { notebookId: params.id, requestId }))
