import { readDashboard } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:dashboard')
  const dashboard = await readDashboard(locals.deps, locals.actor, params.dashboard)
  if (!dashboard.ok) pageError(dashboard, locals)
  return { dashboard: dashboard.value }
}
