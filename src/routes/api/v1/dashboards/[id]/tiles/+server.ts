/** Adds a tile to a dashboard. */
import { idParams } from '#lib/server/api-schemas.ts'
import { newTileBody, tileSchema } from '#lib/server/dashboard-schemas.ts'
import { addTile } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const POST = route({
  name: 'add-tile',
  summary: 'Add a tile',
  description: 'It shows the newest good result of the cell you name. Without a place it goes to the first free one.',
  params: idParams, body: newTileBody, response: tileSchema, status: 201,
}, ({ deps, actor, params, body }) => addTile(deps, actor, { dashboardId: params.id, ...body }))
