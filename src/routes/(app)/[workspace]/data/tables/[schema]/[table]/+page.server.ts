import { redirect } from '@sveltejs/kit'
import { readTable, readTablePage } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import { WINDOW } from '#lib/ui/result/result-table.svelte.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('dataharbour:table')
  const { deps, actor } = locals
  const wanted = url.searchParams.get('version')
  if (wanted !== null && !/^\d{1,15}$/.test(wanted)) redirect(307, url.pathname)
  const request = { workspaceId: params.workspace, schema: params.schema, table: params.table, version: wanted === null ? null : Number(wanted) }
  const table = await readTable(deps, actor, request)
  if (!table.ok) {
    if (table.reason === 'not-found' || table.reason === 'not-allowed' || table.reason === 'sign-in-needed') pageError(table, locals)
    return { name: { schema: params.schema, table: params.table }, table: null, problem: table.message, firstPage: null }
  }
  const first = await readTablePage(deps, actor, { ...request, version: table.value.version, page: { offset: 0, limit: WINDOW, sort: [], filter: [] } })
  return { name: { schema: params.schema, table: params.table }, table: table.value, problem: first.ok ? null : first.message, firstPage: first.ok ? first.value : null }
}
