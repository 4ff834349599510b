/** One notebook: read it, rename or move it, put it in the trash. */
import { z } from 'zod'
import { folderField, idParams, instant, notebookSchema, role, titleField } from '#lib/server/api-schemas.ts'
import { editNotebook, openNotebook, trashNotebook } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

const opened = z.object({
  id: z.uuid(), workspaceId: z.uuid(), workspaceSlug: z.string(), title: z.string(), folder: z.string(), epoch: z.number(), role,
  updatedAt: instant, trashedAt: instant.nullable(), canEdit: z.boolean(), canRun: z.boolean(), canComment: z.boolean(), canShare: z.boolean(), canSchedule: z.boolean(),
}).meta({ id: 'OpenedNotebook' })

export const GET = route({ name: 'read-notebook', summary: 'Read a notebook and what you may do with it', params: idParams, response: opened },
  ({ deps, actor, params }) => openNotebook(deps, actor, params.id))

export const PATCH = route({
  name: 'edit-notebook',
  summary: 'Rename or move a notebook',
  description: 'People who have it open see the new title at once.',
  params: idParams,
  body: z.strictObject({ title: titleField.optional(), folder: folderField.optional() }),
  response: notebookSchema,
}, ({ deps, actor, params, body }) => editNotebook(deps, actor, { notebookId: params.id, ...body }))

export const DELETE = route({ name: 'trash-notebook', summary: 'Move a notebook to the trash', params: idParams, response: notebookSchema },
  ({ deps, actor, params, requestId }) => trashNotebook(deps, actor, { notebookId: params.id, requestId }))
