import { listNotebooks, listSchedules } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:schedules')
  const [schedules, notebooks] = await Promise.all([
    listSchedules(locals.deps, locals.actor, { workspaceId: params.workspace }),
    listNotebooks(locals.deps, locals.actor, { workspaceId: params.workspace }),
  ])
  if (!schedules.ok) pageError(schedules, locals)
  if (!notebooks.ok) pageError(notebooks, locals)
  return { schedules: schedules.value, notebooks: notebooks.value.map(({ id, title }) => ({ id, title })) }
}
