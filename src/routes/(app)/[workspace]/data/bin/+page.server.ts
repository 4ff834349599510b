import { listBin } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:data-bin')
  const items = await listBin(locals.deps, locals.actor, params.workspace)
  if (!items.ok) pageError(items, locals)
  return { items: items.value }
}
