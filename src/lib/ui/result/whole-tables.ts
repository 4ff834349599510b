/**
 * Whole tables: how a table that was cut is had whole. Said once by a cell, because only it knows the notebook's runs; a
 * table elsewhere (a dashboard, an embed, an old run) finds nothing and says only that there is more.
 */
import { getContext, setContext } from 'svelte'
import type { ResultId, RunId } from '#lib/domain/ids.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Run } from '#lib/domain/run.ts'
import { callApi } from '#lib/live/api.ts'
import type { WholeRun } from '#lib/live/fold-feed.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { CellModel } from '#lib/ui/notebook/cell-model.svelte.ts'
import type { NotebookSession } from '#lib/ui/notebook/notebook-session.svelte.ts'

export interface WholeTables {
  /** The server's time, from which the runs' instants are. */
  now: () => number
  canRun: () => boolean
  /** The run that loads it, or the last that could not. */
  runOf: (resultId: ResultId) => WholeRun | undefined
  load: (resultId: ResultId) => Promise<Outcome<Run>>
  cancel: (runId: RunId) => Promise<void>
  /** Runs the cell anew, with all rows this once. */
  runAgain: () => Promise<void>
}

const KEY = Symbol('whole tables')

export const provideWholeTables = (tables: WholeTables): void => void setContext(KEY, tables)
export const useWholeTables = (): WholeTables | null => getContext<WholeTables | undefined>(KEY) ?? null

export const wholeTablesOf = (session: NotebookSession, cell: CellModel): WholeTables => ({
  now: () => session.feed.now(),
  canRun: () => session.canRun,
  runOf: (resultId) => session.feed.state.wholes.get(resultId),
  load: (resultId) => callApi<Run>('POST', `/results/${resultId}/whole`),
  cancel: async (runId) => {
    const done = await callApi('POST', `/runs/${runId}/cancel`)
    if (!done.ok) toasts.error(done.message)
  },
  runAgain: () => session.run({ kind: 'cell', cellId: cell.id }, null),
})
