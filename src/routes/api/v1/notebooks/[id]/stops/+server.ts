/** The instants at which a notebook became different. */
import { z } from 'zod'
import { accept } from '#lib/domain/outcome.ts'
import { idParams } from '#lib/server/api-schemas.ts'
import { listStops } from '#lib/server/door.ts'
import { stopSchema } from '#lib/server/past-schemas.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-stops', summary: 'List the instants at which a notebook became different', description: 'Versions of its text and runs that ended, oldest first; the newest thousand of each.', params: idParams, response: z.array(stopSchema) },
  async ({ deps, actor, params }) => {
    const listed = await listStops(deps, actor, params.id)
    return listed.ok ? accept(listed.value.stops) : listed
  })
