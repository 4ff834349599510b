/** The notebook at the instant of the address, or at its newest stop, with the first rows of its first tables. */
import { stopAt } from '#lib/domain/past.ts'
import { readPast } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import { readFirstPages } from '#lib/server/read-first-pages.ts'
import { WINDOW } from '#lib/ui/result/result-table.svelte.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url, parent }) => {
  const { deps, actor } = locals
  const { stops } = await parent()
  const asOf = url.searchParams.get('asOf') ?? stops.at(-1)?.at ?? new Date(0).toISOString()
  const past = await readPast(deps, actor, { notebookId: params.notebook, asOf })
  if (!past.ok) pageError(past, locals)
  const { cells } = past.value
  const outputs = cells.flatMap(({ id, ran, outputs: own, gone }) => (ran === null ? [] : own.filter((output) => output.kind !== 'result' || !gone.includes(output.resultId)).map((output) => ({ runId: ran.runId, cellId: id, output }))))
  return { past: past.value, at: stopAt(stops, asOf), firstPages: await readFirstPages(deps, actor, cells, { outputs }, WINDOW) }
}
