/** One import: how far it is and what came of it. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readImport } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { importSchema } from '#lib/server/upload-schemas.ts'

export const GET = route({ name: 'read-import', summary: 'Read how far an import is', params: idParams, response: importSchema }, ({ deps, actor, params }) => readImport(deps, actor, params.id))
