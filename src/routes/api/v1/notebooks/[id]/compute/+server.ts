/** The compute of a notebook. */
import { idParams } from '#lib/server/api-schemas.ts'
import { chooseComputeBody, notebookComputeSchema } from '#lib/server/compute-schemas.ts'
import { chooseCompute, readNotebookCompute } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'

export const GET = route({ name: 'read-notebook-compute', summary: 'Read which compute a notebook runs on', params: idParams, response: notebookComputeSchema },
  ({ deps, actor, params }) => readNotebookCompute(deps, actor, params.id))

export const PUT = route({
  name: 'choose-compute', summary: 'Choose the compute of a notebook', description: 'Null follows the default. A living kernel keeps its compute until it is restarted; scheduled runs take the new one.',
  params: idParams, body: chooseComputeBody, response: notebookComputeSchema,
}, ({ deps, actor, params, body, requestId }) => chooseCompute(deps, actor, { notebookId: params.id, computeId: body.computeId, requestId }))
