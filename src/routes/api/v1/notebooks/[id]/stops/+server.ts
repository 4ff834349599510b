/** The instants at which a notebook became different. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { listStops } from '#lib/server/door.ts'
import { stopSchema } from '#lib/server/past-schemas.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-stops', summary: 'List the instants at which a notebook became different', description: 'Versions of its text and runs that ended, oldest first; the newest thousand of each.', params: idParams, response: z.array(stopSchema) },
  ({ deps, actor, params }) => listStops(deps, actor, params.id))
