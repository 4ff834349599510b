/** What becomes, and became, of uploaded files. */
import { z } from 'zod'
import { workspaceParams } from '#lib/server/api-schemas.ts'
import { listImports, requestImport } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { importRequest, importSchema } from '#lib/server/upload-schemas.ts'

const query = z.strictObject({ upload: z.uuid().optional().meta({ description: 'Of this upload only.' }) })

export const GET = route({ name: 'list-imports', summary: 'List what became of uploads', params: workspaceParams, query, response: z.array(importSchema) },
  ({ deps, actor, params, query: { upload } }) => listImports(deps, actor, { workspaceId: params.id, uploadId: upload ?? null }))

export const POST = route({ name: 'request-import', summary: 'Make a table or a file of an upload', description: 'Ask for the import until it is over. A table is there wholly or not at all.', params: workspaceParams, body: importRequest, response: importSchema, status: 202 },
  ({ deps, actor, params, body, requestId }) => requestImport(deps, actor, { ...body, workspaceId: params.id, requestId }))
