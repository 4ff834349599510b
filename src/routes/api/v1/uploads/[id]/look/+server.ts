/** A look at a file before a table is made of it. */
import { idParams } from '#lib/server/api-schemas.ts'
import { lookAtUpload } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { lookRequest, lookSchema } from '#lib/server/upload-schemas.ts'

export const POST = route({ name: 'look-at-upload', summary: 'Look at an uploaded file as a table', description: 'How it is read, its columns with types that fit its first rows, and 50 of them. `not-ready` while the sheets of a workbook are read.', params: idParams, body: lookRequest, response: lookSchema },
  ({ deps, actor, params, body }) => lookAtUpload(deps, actor, { ...body, uploadId: params.id }))
