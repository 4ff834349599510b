import { readRunRecord } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:run')
  const record = await readRunRecord(locals.deps, locals.actor, params.run)
  if (!record.ok) pageError(record, locals)
  return { record: record.value }
}
