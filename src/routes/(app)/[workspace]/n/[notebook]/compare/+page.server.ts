/** Two results and what can be chosen instead; the comparison itself if it was made before, so that its first paint is whole. */
import { error, redirect } from '@sveltejs/kit'
import { sharedColumns } from '#lib/domain/compare-schema.ts'
import { earlierOf } from '#lib/domain/other-result.ts'
import type { ResultId } from '#lib/domain/ids.ts'
import { findStored, listOtherResults, openNotebook, readDifference, readResult } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import { compareAddress, keyIn } from '#lib/ui/compare/compare-address.ts'
import { WINDOW } from '#lib/ui/result/result-table.svelte.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { deps, actor } = locals
  const opened = await openNotebook(deps, actor, params.notebook)
  if (!opened.ok) pageError(opened, locals)
  const { id, title, workspaceSlug } = opened.value
  const path = `/${workspaceSlug}/n/${id}`
  const [afterId, key] = [url.searchParams.get('after') ?? '', keyIn(url.searchParams)]
  const afters = await listOtherResults(deps, actor, afterId)
  if (!afters.ok) pageError(afters, locals)
  const beforeId = url.searchParams.get('before') ?? earlierOf(afters.value, afterId as ResultId)?.id ?? ''
  if (beforeId === '') error(404, 'This cell has made no other table that is still there. Run it again, and then the two can be compared.')
  if (workspaceSlug !== params.workspace || !url.searchParams.has('before')) redirect(307, compareAddress(path, { before: beforeId, after: afterId, key }))
  const befores = await listOtherResults(deps, actor, beforeId)
  if (!befores.ok) pageError(befores, locals)
  const [one, other] = [await readResult(deps, actor, beforeId), await readResult(deps, actor, afterId)]
  if (!one.ok) pageError(one, locals)
  if (!other.ok) pageError(other, locals)
  const stored = await findStored(deps, actor, { notebookId: id, before: beforeId, after: afterId, key })
  const first = stored.ok && stored.value !== null ? await readDifference(deps, actor, stored.value.id, { offset: 0, limit: WINDOW, sort: [], filter: [] }) : null
  return {
    notebook: { id, title, path }, pair: { before: beforeId, after: afterId, key },
    choices: { before: befores.value, after: afters.value }, shared: sharedColumns(one.value.columns, other.value.columns),
    stored: stored.ok ? stored.value : null, problem: stored.ok ? null : stored.message, firstPage: first?.ok ? first.value : null,
  }
}
