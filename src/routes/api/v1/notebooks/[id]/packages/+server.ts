/** The packages that cells of a notebook installed. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { readPackages } from '#lib/server/door.ts'
import { packageSchema } from '#lib/server/kernel-schemas.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({
  name: 'list-packages',
  summary: 'List the packages that a notebook installed',
  description: 'Installed by `%pip install …` in a cell, for this notebook alone; its scheduled runs have them too.',
  params: idParams,
  response: z.array(packageSchema),
}, ({ deps, actor, params }) => readPackages(deps, actor, { notebookId: params.id }))
