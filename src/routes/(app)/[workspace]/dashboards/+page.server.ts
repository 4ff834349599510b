import { fail, redirect } from '@sveltejs/kit'
import { createDashboard, listDashboards, statusOf } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const dashboards = await listDashboards(locals.deps, locals.actor, params.workspace)
  if (!dashboards.ok) pageError(dashboards, locals)
  return { dashboards: dashboards.value }
}

export const actions: Actions = {
  /** One press: the dashboard is made and opened, ready for its first tile. */
  create: async ({ locals, params }) => {
    const made = await createDashboard(locals.deps, locals.actor, { workspaceId: params.workspace, title: 'Untitled dashboard', requestId: locals.requestId })
    if (!made.ok) return fail(statusOf(made.reason), { message: made.message })
    redirect(303, `/${params.workspace}/dashboards/${made.value.id}`)
  },
}
