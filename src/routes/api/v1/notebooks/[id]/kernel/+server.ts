/** The Python process of a notebook: its state, and a restart (the next run starts a new one, without variables). */
import { idParams } from '#lib/server/api-schemas.ts'
import { readKernel, restartKernel } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { kernelReadingSchema } from '#lib/server/kernel-schemas.ts'
import { kernelSchema } from '#lib/server/run-schemas.ts'

export const GET = route({ name: 'read-kernel', summary: 'Read the state of a notebook’s kernel', description: 'With its memory and processor use while it lives.', params: idParams, response: kernelReadingSchema },
  ({ deps, actor, params }) => readKernel(deps, actor, params.id))

export const DELETE = route({
  name: 'restart-kernel',
  summary: 'Restart a notebook’s kernel',
  description: 'Stops what runs in it. Its variables are gone; the next run starts a new one.',
  params: idParams,
  response: kernelSchema,
  status: 202,
}, ({ deps, actor, params, requestId }) => restartKernel(deps, actor, { notebookId: params.id, requestId }))
