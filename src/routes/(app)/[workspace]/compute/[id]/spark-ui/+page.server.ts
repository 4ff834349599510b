/** The way in to Spark's own pages: asks whether this person may, gives a pass and goes on; else says why not. */
import { redirect } from '@sveltejs/kit'
import { enterPages } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const trailingSlash = 'ignore'

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const entered = await enterPages(locals.deps, locals.actor, params.id)
  if (!entered.ok) pageError(entered, locals)
  const to = url.searchParams.get('to')
  const path = to !== null && /^\/[^/\\]/.test(to) ? to : '/jobs/'
  redirect(303, `/${params.workspace}/compute/${params.id}/spark-ui/p/${entered.value.pass}${path}`)
}
