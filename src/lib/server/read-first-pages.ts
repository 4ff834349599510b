/**
 * The first rows of a notebook's first tables, so that the page is painted with them before anything is live. Only a
 * few and only what comes at once: a slow store must not hold up the page, which asks again by itself.
 */
import type { Cell } from '#lib/domain/cell.ts'
import type { FeedSnapshot } from '#lib/domain/feed.ts'
import type { CellId, ResultId } from '#lib/domain/ids.ts'
import { BLOCK_COLUMNS, WIDE_COLUMNS, type Page } from '#lib/domain/result.ts'
import { readPage, type Actor, type Deps } from './door.ts'

const AT_MOST = 4
const WITHIN_MS = 400

export async function readFirstPages(deps: Deps, actor: Actor | null, cells: readonly Pick<Cell, 'id'>[], snapshot: Pick<FeedSnapshot, 'outputs'>, rows: number): Promise<Record<string, Page>> {
  const newest = new Map<CellId, { id: ResultId; isWide: boolean }>()
  for (const { cellId, output } of snapshot.outputs) if (output.kind === 'result') newest.set(cellId, { id: output.resultId, isWide: output.columns.length > WIDE_COLUMNS })
  const wanted = cells.flatMap(({ id }) => newest.get(id) ?? []).slice(0, AT_MOST)
  const tooLate = new Promise<null>((resolve) => setTimeout(resolve, WITHIN_MS, null))
  const read = async ({ id, isWide }: { id: ResultId; isWide: boolean }) => {
    const page = await readPage(deps, actor, id, { offset: 0, limit: rows, sort: [], filter: [], ...(isWide ? { columns: { first: 0, count: BLOCK_COLUMNS } } : {}) })
    return page.ok ? page.value : null
  }
  const pages = await Promise.all(wanted.map((one) => Promise.race([read(one), tooLate])))
  return Object.fromEntries(wanted.flatMap(({ id }, at) => (pages[at] == null ? [] : [[id, pages[at]]])))
}
