import { fail, redirect } from '@sveltejs/kit'
import { createNotebook, listNotebooks, statusOf } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('dataharbour:notebooks')
  const notebooks = await listNotebooks(locals.deps, locals.actor, { workspaceId: params.workspace })
  if (!notebooks.ok) pageError(notebooks, locals)
  return { notebooks: notebooks.value, folder: url.searchParams.get('folder') ?? '' }
}

export const actions: Actions = {
  /** One press: the notebook is made and opened. */
  create: async ({ locals, params, request }) => {
    const form = await request.formData()
    const folder = String(form.get('folder') ?? '')
    const made = await createNotebook(locals.deps, locals.actor, { workspaceId: params.workspace, title: 'Untitled', folder, requestId: locals.requestId })
    if (!made.ok) return fail(statusOf(made.reason), { message: made.message })
    redirect(303, `/${params.workspace}/n/${made.value.id}`)
  },
}
