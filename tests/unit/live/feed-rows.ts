/** Rows of a feed for tests. */
import type { FeedEvent, FeedRow } from '#lib/domain/feed.ts'
import type { CellId, NotebookId, RunId } from '#lib/domain/ids.ts'
import type { Run } from '#lib/domain/run.ts'

export const row = (seq: number, event: FeedEvent): FeedRow => ({ seq, event })

export const makeRun = (id: RunId, cells: CellId[], requestedAt = '2026-01-01T00:00:00Z'): Run => ({
  id, notebookId: 'n' as NotebookId, cause: 'person', requestedBy: null, scope: { kind: 'all' }, parameters: {}, rerunOf: null, hasFreshKernel: false, queueRank: 0, timeoutSeconds: null, cellTimeoutSeconds: null, state: 'queued', reason: null, attempt: 0,
  requestedAt, startedAt: null, finishedAt: null,
  cells: cells.map((cellId, position) => ({ cellId, position, kind: 'python', source: '', sourceDigest: '', rowLimit: 10_000, state: 'queued', executionCount: null, startedAt: null, finishedAt: null })),
})
