/** Files on their way into a workspace: one’s own, and a new one. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { beginUpload, listUploads } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { uploadRequest, uploadSchema } from '#lib/server/upload-schemas.ts'

export const GET = route({ name: 'list-uploads', summary: 'List your uploads', description: 'Those that are not finished, and those that are no table and no file yet.', params: workspaceParams, response: z.array(uploadSchema) },
  ({ deps, actor, params }) => listUploads(deps, actor, params.id))

export const POST = route({ name: 'begin-upload', summary: 'Begin to send a file, or go on with it', description: 'Then put its parts, in any order, and finish. The same file, begun before, is gone on with.', params: workspaceParams, body: uploadRequest, response: uploadSchema, status: 201 },
  ({ deps, actor, params, body }) => beginUpload(deps, actor, { ...body, workspaceId: params.id }))
