import { RUN_FILTERS, type RunFilter } from '#lib/domain/run-summary.ts'
import { listRunSummaries } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

const PER_PAGE = 50

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
  depends('dataharbour:runs')
  const wanted = url.searchParams.get('state') as RunFilter
  const filter = RUN_FILTERS.includes(wanted) ? wanted : 'all'
  const time = Date.parse(url.searchParams.get('before') ?? '')
  const before = Number.isNaN(time) ? undefined : new Date(time)
  // One more than is shown says whether there is a next page.
  const runs = await listRunSummaries(locals.deps, locals.actor, { workspaceId: params.workspace, filter, before, limit: PER_PAGE + 1 })
  if (!runs.ok) pageError(runs, locals)
  const shown = runs.value.slice(0, PER_PAGE)
  return { runs: shown, filter, isFirstPage: before === undefined, older: runs.value.length > PER_PAGE ? (shown.at(-1)?.requestedAt ?? null) : null }
}
