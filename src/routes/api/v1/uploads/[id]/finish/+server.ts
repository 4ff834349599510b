/** All parts are there: from then on it is a file. */
import { idParams } from '#lib/server/api-schemas.ts'
import { finishUpload } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { uploadSchema } from '#lib/server/upload-schemas.ts'

export const POST = route({ name: 'finish-upload', summary: 'Finish an upload', params: idParams, response: uploadSchema }, ({ deps, actor, params }) => finishUpload(deps, actor, params.id))
