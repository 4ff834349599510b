import { error } from '@sveltejs/kit'
import { readRunRecord } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const [record, other] = await Promise.all([readRunRecord(locals.deps, locals.actor, params.run), readRunRecord(locals.deps, locals.actor, params.other)])
  if (!record.ok) pageError(record, locals)
  if (!other.ok) pageError(other, locals)
  if (record.value.run.notebookId !== other.value.run.notebookId) error(404, 'These runs are of two notebooks. Choose two of one.')
  return { record: record.value, other: other.value }
}
