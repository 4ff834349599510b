/**
 * Writes a replayed document as a version of its notebook, thins out old ones and tells the feed, in one transaction.
 * A text that equals the newest version's makes no second one: that version then stands for this moment too. If another
 * process took one meanwhile, nothing is written and the caller looks again.
 */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { readKept } from '#lib/document/read-kept.ts'
import type { CellId, NotebookId, UserId, VersionId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import type { VersionAuthor, VersionCause } from '#lib/domain/version.ts'
import { appendToFeed } from '../feed/append.ts'
import type { Database, Transaction } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { documentSnapshots, notebooks } from '../store/schema/notebooks.ts'
import { notebookVersions } from '../store/schema/versions.ts'
import type { Replay } from './replay-document.ts'
import { thinTimeline } from './thin-timeline.ts'

export interface VersionAsk {
  cause: VersionCause
  name?: string
  userId?: UserId
}

/** First key of the advisory lock; the second is a hash of the notebook's id. */
const LOCK = 7_241_004
const PRODUCT = 'DataHarbour'
const GONE = 'Someone who left'

const zip = promisify(gzip)
type Packed = { content: Uint8Array; digest: string }

export async function recordVersion({ db }: { db: Database }, replay: Replay, ask: VersionAsk): Promise<VersionId | 'moved'> {
  const { head: { notebookId, epoch }, newest, lastId } = replay
  const packed = await pack(readKept(replay.doc))
  const first = replay.first === null || isBlank(replay.first) ? null : await pack(replay.first)
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}, hashtext(${notebookId}::text))`)
    const before = await readNewest(tx, notebookId, epoch)
    if (before?.id !== newest?.id || before?.lastUpdateId !== newest?.lastUpdateId) return 'moved'
    if (before !== undefined && before.digest === packed.digest) {
      const isNew = await standFor(tx, before, lastId, ask)
      if (!isNew) return before.id
    }
    if (before === undefined && first !== null && first.digest !== packed.digest) await insertFirst(tx, replay, first)
    const authors = await nameAuthors(tx, replay.changes)
    const [made] = await tx.insert(notebookVersions).values({
      notebookId, epoch, lastUpdateId: lastId, ...packed, authors, cause: ask.cause, name: ask.name ?? null, createdBy: ask.userId ?? null,
    }).returning({ id: notebookVersions.id, createdAt: notebookVersions.createdAt })
    if (made === undefined) throw new Error('The version was not inserted.')
    await thinTimeline(tx, notebookId, made.createdAt)
    await appendToFeed(tx, notebookId, [{ kind: 'version.added', versionId: made.id, at: made.createdAt.toISOString() }])
    return made.id
  })
}

type Newest = Awaited<ReturnType<typeof readNewest>>

async function readNewest(tx: Transaction, notebookId: NotebookId, epoch: number) {
  const { id, lastUpdateId, digest, name, cause } = notebookVersions
  const [row] = await tx.select({ id, lastUpdateId, digest, name, cause }).from(notebookVersions)
    .where(and(eq(notebookVersions.notebookId, notebookId), eq(notebookVersions.epoch, epoch)))
    .orderBy(desc(notebookVersions.lastUpdateId), desc(notebookVersions.createdAt)).limit(1)
  return row
}

/** The newest version says this text already: it takes what is asked upon itself. True when it has another name and a second one is needed. */
async function standFor(tx: Transaction, before: NonNullable<Newest>, lastUpdateId: number, { cause, name, userId }: VersionAsk): Promise<boolean> {
  const hasOtherName = name !== undefined && before.name !== null && before.name !== name
  if (hasOtherName) return true
  await tx.update(notebookVersions).set({
    lastUpdateId,
    ...(cause !== 'auto' && before.cause === 'auto' ? { cause, createdBy: userId ?? null } : {}),
    ...(name !== undefined ? { name } : {}),
  }).where(eq(notebookVersions.id, before.id))
  return false
}

/** How the notebook was made, so that the timeline has a beginning to go back to. */
async function insertFirst(tx: Transaction, { head: { notebookId, epoch }, first }: Replay, packed: Packed): Promise<void> {
  const [made] = await tx.select({ at: documentSnapshots.createdAt, lastUpdateId: documentSnapshots.lastUpdateId, by: notebooks.createdBy })
    .from(documentSnapshots).innerJoin(notebooks, eq(notebooks.id, documentSnapshots.notebookId)).where(eq(documentSnapshots.notebookId, notebookId))
  if (made === undefined || first === null) return
  const cellIds = new Set(first.cells.map((cell) => cell.id))
  // An older document without versions was worked on by people nobody noted.
  const authors = made.lastUpdateId === 0 && made.by !== null ? await nameAuthors(tx, new Map([[made.by, cellIds]])) : []
  await tx.insert(notebookVersions).values({ notebookId, epoch, lastUpdateId: made.lastUpdateId, ...packed, authors, cause: 'auto', createdAt: made.at })
}

async function nameAuthors(tx: Transaction, changes: ReadonlyMap<string | null, ReadonlySet<CellId>>): Promise<VersionAuthor[]> {
  const ids = [...changes.keys()].filter((id) => id !== null)
  const rows = ids.length === 0 ? [] : await tx.select({ id: user.id, name: user.name }).from(user).where(inArray(user.id, ids))
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return [...changes].map(([id, cells]) => ({ userId: id as UserId | null, name: id === null ? PRODUCT : (names.get(id) ?? GONE), cellIds: [...cells] }))
}

async function pack(text: NotebookText): Promise<Packed> {
  const json = JSON.stringify(text)
  return { content: await zip(json), digest: createHash('sha256').update(json).digest('hex') }
}

const isBlank = ({ cells }: NotebookText): boolean => cells.every(({ source }) => source.trim() === '')
