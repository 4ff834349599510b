/** One tile: change it, remove it. */
import { idParams } from '#lib/server/api-schemas.ts'
import { editTileBody } from '#lib/server/dashboard-schemas.ts'
import { editTile, removeTile } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const PATCH = route({ name: 'edit-tile', summary: 'Change a tile', params: idParams, body: editTileBody, response: null },
  ({ deps, actor, params, body }) => editTile(deps, actor, { tileId: params.id, ...body }))

export const DELETE = route({ name: 'remove-tile', summary: 'Remove a tile and its embeds', params: idParams, response: null },
  ({ deps, actor, params }) => removeTile(deps, actor, params.id))
