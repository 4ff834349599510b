import { listWorkflows } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:workflows')
  const workflows = await listWorkflows(locals.deps, locals.actor, params.workspace)
  if (!workflows.ok) pageError(workflows, locals)
  return { workflows: workflows.value }
}
