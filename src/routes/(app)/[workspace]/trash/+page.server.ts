import { listNotebooks } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:notebooks')
  const notebooks = await listNotebooks(locals.deps, locals.actor, { workspaceId: params.workspace, isTrashed: true })
  if (!notebooks.ok) pageError(notebooks, locals)
  return { notebooks: notebooks.value }
}
