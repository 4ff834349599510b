import { error } from '@sveltejs/kit'
import { listNotebooks, statusOf } from '#lib/server/door.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:notebooks')
  const notebooks = await listNotebooks(locals.deps, locals.actor, { workspaceId: params.workspace, isTrashed: true })
  if (!notebooks.ok) error(statusOf(notebooks.reason), notebooks.message)
  return { notebooks: notebooks.value }
}
