/** One upload: what has come of it; away with it. */
import { idParams } from '#lib/server/api-schemas.ts'
import { discardUpload, readUpload } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { uploadSchema } from '#lib/server/upload-schemas.ts'

export const GET = route({ name: 'read-upload', summary: 'Read what has come of a file', params: idParams, response: uploadSchema }, ({ deps, actor, params }) => readUpload(deps, actor, params.id))

export const DELETE = route({ name: 'discard-upload', summary: 'Give up an upload', params: idParams, response: null }, ({ deps, actor, params }) => discardUpload(deps, actor, params.id))
