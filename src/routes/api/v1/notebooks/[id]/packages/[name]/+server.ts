/** One package of a notebook: take it away. */
import { removePackage } from '#lib/server/door.ts'
import { packageParams } from '#lib/server/kernel-schemas.ts'
import { route } from '#lib/server/route.ts'

export const DELETE = route({
  name: 'remove-package',
  summary: 'Remove a package from a notebook',
  description: 'What a kernel has imported already stays until it is restarted.',
  params: packageParams,
  response: null,
}, ({ deps, actor, params, requestId }) => removePackage(deps, actor, { notebookId: params.id, name: params.name, requestId }))
