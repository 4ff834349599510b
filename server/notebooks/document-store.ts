/**
 * Document store: the appended Yjs updates of a notebook and the snapshot that replaces the oldest of them.
 * Appends of one notebook take one advisory lock, so ids of its updates are in the order of commit: who has read up to
 * an id has missed nothing before it. Every function is one statement, whole or not at all: no transaction is ever open
 * while the process computes, and a compaction between two reads is not seen.
 */
import type { NotebookId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Sql } from '../store/client.ts'
import { asUpdate, type Encoded } from './snapshot-encoding.ts'

/** First key of the advisory lock; the second is a hash of the notebook's id. */
const LOCK = 7_241_002

export interface DocumentHead {
  notebookId: NotebookId
  workspaceId: WorkspaceId
  epoch: number
  title: string
}

export interface NewUpdate {
  update: Uint8Array
  userId: string | null
}

/** What a reader lacks: pieces in the order to apply them, and the id it has then. */
export interface DocumentPieces {
  pieces: Uint8Array[]
  lastId: number
  /** How many of the pieces are single updates, not yet in a snapshot. */
  rows: number
}

export const BEFORE_EVERYTHING = -1

/** Each read here has at least one row, so that an answer that got lost is never taken for an empty document. */
const unanswered = (): Error => new Error('The database gave no answer.')

export async function readHead(sql: Sql, notebookId: NotebookId): Promise<DocumentHead | null> {
  const [row] = await sql<{ workspace_id: WorkspaceId | null; epoch: number; title: string }[]>`
    select n.workspace_id, n.epoch, n.title from (select) as always left join notebooks n on n.id = ${notebookId}`
  if (row === undefined) throw unanswered()
  return row.workspace_id === null ? null : { notebookId, workspaceId: row.workspace_id, epoch: row.epoch, title: row.title }
}

/** Everything after `afterId`; a snapshot that was made since then counts as one piece with what it swallowed. */
export async function readPieces(sql: Sql, notebookId: NotebookId, epoch: number, afterId: number): Promise<DocumentPieces> {
  const { snapshot, updates } = await readHistory(sql, notebookId, epoch, afterId)
  return {
    pieces: [...(snapshot === null ? [] : [snapshot.update]), ...updates.map(({ update }) => update)],
    lastId: updates.at(-1)?.id ?? snapshot?.lastId ?? afterId,
    rows: updates.length,
  }
}

export interface StoredUpdate extends NewUpdate {
  id: number
}

/** The same with who wrote each update. */
export async function readHistory(sql: Sql, notebookId: NotebookId, epoch: number, afterId: number): Promise<{ snapshot: { update: Uint8Array; lastId: number } | null; updates: StoredUpdate[] }> {
  const rows = await sql<{ id: string; bytes: Buffer; user_id: string | null; encoding: number; kind: number }[]>`
    select last_update_id as id, state as bytes, null as user_id, encoding, 0 as kind from document_snapshots
    where notebook_id = ${notebookId} and epoch = ${epoch} and last_update_id > ${afterId}
    union all
    select id, update as bytes, user_id, 1 as encoding, 1 as kind from document_updates
    where notebook_id = ${notebookId} and epoch = ${epoch} and id > ${afterId}
    union all select -1, null, null, 1, -1
    order by kind, id`
  if (rows.shift()?.kind !== -1) throw unanswered()
  const [first] = rows
  const snapshot = first?.kind === 0 ? { update: asUpdate({ state: first.bytes, encoding: first.encoding }), lastId: Number(first.id) } : null
  const updates = rows.filter((row) => row.kind === 1).map((row) => ({ id: Number(row.id), update: row.bytes, userId: row.user_id }))
  return { snapshot, updates }
}

export interface UpdateBatch {
  notebookId: NotebookId
  epoch: number
  updates: NewUpdate[]
}

/** Appends in order and returns the last id; null when the notebook is gone or has another epoch. */
export async function appendUpdates(sql: Sql, notebookId: NotebookId, epoch: number, updates: NewUpdate[]): Promise<number | null> {
  return (await appendBatches(sql, [{ notebookId, epoch, updates }])).get(notebookId) ?? null
}

/**
 * Appends to several notebooks, to each in order, and returns each one's last id; none where the notebook is gone or has
 * another epoch. Locks are taken in one order by everybody, so two that append to the same notebooks wait and never block each other.
 */
export async function appendBatches(sql: Sql, batches: UpdateBatch[]): Promise<Map<NotebookId, number>> {
  const rows = batches.flatMap(({ notebookId, epoch, updates }) => updates.map(({ update, userId }) => ({
    notebookId, epoch, userId, bytes: Buffer.from(update.buffer, update.byteOffset, update.byteLength).toString('base64'),
  })))
  const last = await sql<{ notebook_id: NotebookId | null; last: string | null }[]>`
    with locked as materialized (
      select pg_advisory_xact_lock(${LOCK}, hash)
      from (select distinct hashtext(id) as hash from unnest(${batches.map(({ notebookId }) => notebookId)}::text[]) as id order by hash) as hashes
    ),
    added as (
      insert into document_updates (notebook_id, epoch, update, user_id)
      select n.id, n.epoch, decode(u.bytes, 'base64'), u.user_id
      from unnest(${rows.map((row) => row.notebookId)}::uuid[], ${rows.map((row) => row.epoch)}::int[], ${rows.map((row) => row.bytes)}::text[], ${rows.map((row) => row.userId)}::text[])
        with ordinality as u(id, epoch, bytes, user_id, place)
      join notebooks n on n.id = u.id and n.epoch = u.epoch
      where (select count(*) from locked) > 0
      order by u.place
      returning notebook_id, id
    )
    select notebook_id, max(id) as last from added group by notebook_id
    union all select null, null`
  if (last.length === 0) throw unanswered()
  return new Map(last.flatMap((row) => (row.notebook_id === null ? [] : [[row.notebook_id, Number(row.last)]])))
}

/**
 * Puts a snapshot of everything up to `lastId` in the place of those updates: one statement, so it is there in full or
 * not at all. Two that compact at once: the one that knows more stays, whichever comes first.
 */
export async function writeSnapshot(sql: Sql, { notebookId, epoch }: Pick<DocumentHead, 'notebookId' | 'epoch'>, { state, encoding }: Encoded, lastId: number): Promise<void> {
  const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength)
  await sql`
    with written as (
      insert into document_snapshots as s (notebook_id, epoch, state, encoding, last_update_id)
      select id, epoch, ${bytes}::bytea, ${encoding}::smallint, ${lastId}::bigint from notebooks where id = ${notebookId} and epoch = ${epoch}
      on conflict (notebook_id) do update
        set epoch = excluded.epoch, state = excluded.state, encoding = excluded.encoding, last_update_id = excluded.last_update_id, created_at = now()
        where s.epoch <> excluded.epoch or s.last_update_id <= excluded.last_update_id
      returning s.notebook_id, s.epoch, s.last_update_id
    )
    delete from document_updates u using written w
    where u.notebook_id = w.notebook_id and u.epoch = w.epoch and u.id <= w.last_update_id`
}

/** The rows of a log behind an id, all of them up to the last: ids are in the order of commit, so no other ever comes between. */
export interface LoggedRows {
  afterId: number
  ids: number[]
}

/** How many updates wait for a snapshot. */
export async function countLog(sql: Sql, notebookId: NotebookId): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select count(*)::int as rows from document_updates u join notebooks n on n.id = u.notebook_id and n.epoch = u.epoch where u.notebook_id = ${notebookId}`
  if (row === undefined) throw unanswered()
  return row.rows
}

/** How many updates there are after one id, up to another; null when a snapshot has swallowed some of them. */
export async function countUpdates(sql: Sql, { notebookId, epoch }: Pick<DocumentHead, 'notebookId' | 'epoch'>, afterId: number, upToId: number): Promise<number | null> {
  const [row] = await sql<{ rows: number; is_swallowed: boolean }[]>`
    select (select count(*)::int from document_updates where notebook_id = ${notebookId} and epoch = ${epoch} and id > ${afterId} and id <= ${upToId}) as rows,
      exists (select from document_snapshots where notebook_id = ${notebookId} and epoch = ${epoch} and last_update_id > ${afterId}) as is_swallowed`
  if (row === undefined) throw unanswered()
  return row.is_swallowed ? null : row.rows
}

/** The newest update id of each notebook that has one after its snapshot. */
export async function readNewestIds(sql: Sql, notebookIds: NotebookId[]): Promise<Map<NotebookId, number>> {
  const rows = await sql<{ notebook_id: NotebookId; last: string }[]>`
    select notebook_id, max(id) as last from document_updates where notebook_id = any(${notebookIds}) group by notebook_id
    union all select notebook_id, last_update_id from document_snapshots where notebook_id = any(${notebookIds})`
  const newest = new Map<NotebookId, number>()
  for (const row of rows) newest.set(row.notebook_id, Math.max(newest.get(row.notebook_id) ?? 0, Number(row.last)))
  return newest
}

/** Lists show the title and the time of the last change without opening the document. */
export async function mirrorTitle(sql: Sql, notebookId: NotebookId, title: string): Promise<void> {
  await sql`update notebooks set title = ${title}, updated_at = now() where id = ${notebookId}`
}
