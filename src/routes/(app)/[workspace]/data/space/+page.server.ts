import { readSpace } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:space')
  const space = await readSpace(locals.deps, locals.actor, params.workspace)
  if (!space.ok && space.reason !== 'storage-unavailable') pageError(space, locals)
  return { space: space.ok ? space.value : null, problem: space.ok ? null : space.message }
}
