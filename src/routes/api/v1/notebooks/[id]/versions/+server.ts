/** The history of a notebook: list its versions, name it as it is now. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { listVersions, nameNow } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { versionNameBody, versionSchema } from '#lib/server/version-schemas.ts'

export const GET = route({ name: 'list-versions', summary: 'List the versions of a notebook, newest first', params: idParams, response: z.array(versionSchema) },
  ({ deps, actor, params }) => listVersions(deps, actor, params.id))

export const POST = route({
  name: 'name-version',
  summary: 'Name the notebook as it is now',
  description: 'Everything is saved anyway; a name makes a moment easy to find, and keeps it for good.',
  params: idParams, body: versionNameBody, response: versionSchema, status: 201,
}, ({ deps, actor, params, body }) => nameNow(deps, actor, { notebookId: params.id, name: body.name }))
