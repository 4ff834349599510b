/**
 * A notebook's feed as an event stream (SSE): `id` is the row's number, so a browser that comes back with
 * Last-Event-ID misses nothing and gets nothing twice. A reader that does not keep up is dropped (it comes back and
 * catches up); one that loses its rights is cut off, and one that has fewer of them goes on with those (server/access).
 * Besides it says what time it is here, in events named `now` without a number: pages count from the instants in the rows,
 * and their own clocks may be off.
 */
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { FeedRow } from '#lib/domain/feed.ts'
import { rowFor } from '#lib/domain/hide-trace.ts'
import type { Role } from '#lib/domain/member.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Whom } from '../access/access.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { STILL_SHOWN_MS } from '../shares/is-shown-now.ts'
import { outputs, runEvents } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizedNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface OpenStreamInput {
  notebookId: string
  afterSeq: number
  /** Asked again while the stream is open: who this is now, null when signed out or revoked. */
  actorNow: () => Promise<Actor | null>
}

type StreamDeps = Pick<Deps, 'db' | 'feed' | 'log' | 'now' | 'access'>

const HEARTBEAT_MS = 15_000
/** Bytes that may wait for a slow reader. */
const BACKLOG_BYTES = 16_000_000
const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' }

export async function openFeedStream(deps: StreamDeps, actor: Actor, input: OpenStreamInput): Promise<Outcome<Response, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const reader = readerOf(actor, allowed.value)
  const afterSeq = reader.shareId === null ? input.afterSeq : await guestsBegin(deps.db, allowed.value, input.afterSeq)
  let stop = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stop = follow(deps, controller, reader, { ...input, afterSeq })
    },
    cancel: () => stop(),
  }, new ByteLengthQueuingStrategy({ highWaterMark: BACKLOG_BYTES }))
  return accept(new Response(body, { headers: HEADERS }))
}

/**
 * A guest is told of now. Who asks for more than a while ago gets the last row alone: a page sees that it missed some, and
 * reads what is shown instead.
 */
async function guestsBegin(db: Deps['db'], { id, feedSeq }: AuthorizedNotebook, afterSeq: number): Promise<number> {
  const firsts = await Promise.all([runEvents, outputs].map((rows) =>
    db.select({ isOld: sql<boolean>`${rows.at} < now() - ${`${STILL_SHOWN_MS} milliseconds`}::interval` }).from(rows)
      .where(and(eq(rows.notebookId, id), gt(rows.seq, afterSeq))).orderBy(asc(rows.seq)).limit(1)))
  return firsts.flat().some(({ isOld }) => isOld) ? Math.max(afterSeq, feedSeq - 1) : afterSeq
}

/** As of the last answer. */
interface Reader extends Whom {
  role: Role
}

async function readerNow(deps: Pick<Deps, 'db'>, { notebookId, actorNow }: OpenStreamInput): Promise<Reader | null> {
  const actor = await actorNow()
  const allowed = await authorizeNotebook(deps, actor, notebookId, 'notebook:read')
  return actor !== null && allowed.ok ? readerOf(actor, allowed.value) : null
}

const readerOf = (actor: Actor, { id, workspaceId, role, shareId }: AuthorizedNotebook): Reader =>
  ({ userId: actor.kind === 'member' ? actor.userId : null, shareId, notebookId: id, workspaceId, role })

function follow(deps: StreamDeps, controller: ReadableStreamDefaultController<Uint8Array>, first: Reader, input: OpenStreamInput): () => void {
  const encoder = new TextEncoder()
  const { notebookId } = first
  let reader = first
  let isOver = false
  const send = (text: string) => {
    if (isOver) return
    if ((controller.desiredSize ?? 0) <= 0) return end('a reader of the feed was too slow')
    controller.enqueue(encoder.encode(text))
  }
  const unsubscribe = deps.feed.subscribe(notebookId, input.afterSeq, (rows) => send(rows.map((row) => eventText(rowFor(reader.role, row))).join('')))
  const heartbeat = setInterval(() => send(timeText(deps.now())), HEARTBEAT_MS)
  const leave = deps.access.watch<Reader | null>({
    whom: () => reader,
    isByLink: () => reader.shareId !== null,
    ask: () => readerNow(deps, input),
    heed: (now) => {
      if (now === null) return end('a reader of the feed lost its rights')
      // Comes back as a guest, who is told of now alone.
      if (now.shareId !== null && reader.shareId === null) return end('a reader of the feed is no member any more')
      reader = now
    },
  })

  function end(why: string): void {
    deps.log.info({ notebookId }, why)
    stop()
    controller.close()
  }
  function stop(): void {
    isOver = true
    unsubscribe()
    clearInterval(heartbeat)
    leave()
  }
  // At once, so that the browser knows that it is connected and how soon to come back.
  send(`retry: 1000\n\n${timeText(deps.now())}`)
  return () => isOver || stop()
}

const timeText = (now: Date): string => `event: now\ndata: ${now.toISOString()}\n\n`

const eventText = (row: FeedRow): string => `id: ${row.seq}\ndata: ${JSON.stringify(row)}\n\n`
