/** Stops an import; nothing of it is left. */
import { idParams } from '#lib/server/api-schemas.ts'
import { cancelImport } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { importSchema } from '#lib/server/upload-schemas.ts'

export const POST = route({ name: 'cancel-import', summary: 'Cancel an import', params: idParams, response: importSchema, status: 202 }, ({ deps, actor, params }) => cancelImport(deps, actor, params.id))
