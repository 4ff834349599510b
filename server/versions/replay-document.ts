/**
 * Replays what is stored of a document since its newest version, one update at a time, to see who changed which cells.
 * Reads Postgres and nothing else: any process may do it, whatever it has in memory.
 */
import type * as Y from 'yjs'
import { applyUpdate } from 'yjs'
import { readKept } from '#lib/document/read-kept.ts'
import { watchCells } from '#lib/document/watch-cells.ts'
import type { CellId, NotebookId, VersionId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import { documentOf } from '../notebooks/document-of.ts'
import { BEFORE_EVERYTHING, readHead, readHistory, type DocumentHead, type LoggedRows, type StoredUpdate } from '../notebooks/document-store.ts'
import type { Sql } from '../store/client.ts'

export interface Replay {
  head: DocumentHead
  /** The version that this builds on; null when the notebook has none of this epoch. */
  newest: { id: VersionId; lastUpdateId: number } | null
  /** What the document said before its first update, when there is no version yet: how it was made. */
  first: NotebookText | null
  doc: Y.Doc
  /** Everything up to this id is in `doc`. */
  lastId: number
  /** Updates that are not in a snapshot yet. */
  log: LoggedRows
  hasNews: boolean
  /** False when stored pieces do not fit together. */
  isWhole: boolean
  /** By user id; `null` is the product. */
  changes: Map<string | null, Set<CellId>>
}

/** Null when there is no such notebook. The caller destroys `doc`. */
export async function replayDocument(sql: Sql, notebookId: NotebookId): Promise<Replay | null> {
  const head = await readHead(sql, notebookId)
  if (head === null) return null
  const [version] = await sql<{ id: VersionId | null; last: string }[]>`
    select v.id, v.last_update_id as last from (select) as always left join lateral (
      select id, last_update_id from notebook_versions where notebook_id = ${notebookId} and epoch = ${head.epoch}
      order by last_update_id desc, created_at desc limit 1
    ) v on true`
  if (version === undefined) throw new Error('The database gave no answer.')
  const newest = version.id === null ? null : { id: version.id, lastUpdateId: Number(version.last) }
  const { snapshot, updates } = await readHistory(sql, notebookId, head.epoch, BEFORE_EVERYTHING)
  const seen = newest?.lastUpdateId ?? snapshot?.lastId ?? BEFORE_EVERYTHING
  const news = updates.filter(({ id }) => id > seen)
  const known = updates.filter(({ id }) => id <= seen).map(({ update }) => update)
  const doc = documentOf(snapshot === null ? known : [snapshot.update, ...known])
  const first = newest === null ? readKept(doc) : null
  const changes = replay(doc, news)
  return {
    head, newest, first, doc, changes,
    lastId: Math.max(updates.at(-1)?.id ?? BEFORE_EVERYTHING, snapshot?.lastId ?? BEFORE_EVERYTHING),
    log: { afterId: snapshot?.lastId ?? BEFORE_EVERYTHING, ids: updates.map(({ id }) => id) },
    hasNews: news.length > 0 || (snapshot !== null && snapshot.lastId > seen),
    isWhole: doc.store.pendingStructs === null && doc.store.pendingDs === null,
  }
}

function replay(doc: Y.Doc, updates: StoredUpdate[]): Replay['changes'] {
  const changes: Replay['changes'] = new Map()
  const watch = watchCells(doc)
  for (const { update, userId } of updates) {
    applyUpdate(doc, update)
    const { cellIds, hasTitle } = watch.take()
    if (cellIds.length === 0 && !hasTitle) continue
    const cells = changes.get(userId) ?? new Set()
    changes.set(userId, cells)
    for (const id of cellIds) cells.add(id)
  }
  watch.stop()
  return changes
}
