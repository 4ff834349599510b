/** The values of a notebook's inputs, shared by everybody in it. */
import { z } from 'zod'
import { idParams } from '#lib/server/api-schemas.ts'
import { setInputs } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { parameterValue } from '#lib/server/run-schemas.ts'

export const PATCH = route({
  name: 'set-inputs',
  summary: 'Set values of a notebook’s inputs',
  description: 'For everybody in it, as if they were set on the page: who may run may do this. To give values to one run only, send them with the run.',
  params: idParams,
  body: z.strictObject({ values: z.record(z.string().max(100), parameterValue) }),
  response: z.object({ values: z.record(z.string(), parameterValue) }),
}, ({ deps, actor, params, body }) => setInputs(deps, actor, { notebookId: params.id, values: body.values }))
