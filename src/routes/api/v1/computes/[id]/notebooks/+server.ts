/** The notebooks of a compute. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { computeNotebookSchema } from '#lib/server/compute-schemas.ts'
import { listComputeNotebooks } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'list-compute-notebooks', summary: 'List the notebooks that chose a compute, follow it as the default, or hold a kernel on it', description: 'At most 500, those with a kernel first.', params: idParams, response: z.array(computeNotebookSchema) },
  ({ deps, actor, params }) => listComputeNotebooks(deps, actor, { computeId: params.id }))
