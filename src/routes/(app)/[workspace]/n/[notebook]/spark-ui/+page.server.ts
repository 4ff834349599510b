/** From a cell at work to the pages of the Spark that works. */
import { redirect } from '@sveltejs/kit'
import { findPagesOfNotebook } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const found = await findPagesOfNotebook(locals.deps, locals.actor, params.notebook)
  if (!found.ok) pageError(found, locals)
  redirect(303, found.value.url)
}
