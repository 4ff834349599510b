import { listNotebooks, readWorkflow } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:workflow')
  const [workflow, notebooks] = await Promise.all([
    readWorkflow(locals.deps, locals.actor, params.workflow),
    listNotebooks(locals.deps, locals.actor, { workspaceId: params.workspace }),
  ])
  if (!workflow.ok) pageError(workflow, locals)
  if (!notebooks.ok) pageError(notebooks, locals)
  return { workflow: workflow.value, notebooks: notebooks.value.map(({ id, title }) => ({ id: id as string, title })) }
}
