/** One version: its text, its name. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readVersion, renameVersion } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { versionNameBody, versionSchema, versionWithTextSchema } from '#lib/server/version-schemas.ts'

export const GET = route({ name: 'read-version', summary: 'Read a version with its text', params: idParams, response: versionWithTextSchema },
  ({ deps, actor, params }) => readVersion(deps, actor, params.id))

export const PATCH = route({ name: 'rename-version', summary: 'Name a version', params: idParams, body: versionNameBody, response: versionSchema },
  ({ deps, actor, params, body }) => renameVersion(deps, actor, { versionId: params.id, name: body.name }))
