import { listTables } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:data')
  const list = await listTables(locals.deps, locals.actor, params.workspace)
  // A store that is away is told on the page; the rest of it works.
  if (!list.ok && list.reason !== 'storage-unavailable') pageError(list, locals)
  return list.ok ? { ...list.value, problem: null } : { tables: [], isCut: false, problem: list.message }
}
