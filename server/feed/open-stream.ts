/**
 * A notebook's feed as an event stream (SSE): `id` is the row's number, so a browser that comes back with
 * Last-Event-ID misses nothing and gets nothing twice. A reader that does not keep up is dropped (it comes back and
 * catches up); one that loses its rights is cut off.
 */
import type { FeedRow } from '#lib/domain/feed.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'

export interface OpenStreamInput {
  notebookId: string
  afterSeq: number
  /** Asked again while the stream is open: who this is now, null when signed out or revoked. */
  actorNow: () => Promise<Actor | null>
}

const HEARTBEAT_MS = 15_000
const RECHECK_MS = { member: 30_000, guest: 5_000 }
/** Bytes that may wait for a slow reader. */
const BACKLOG_BYTES = 16_000_000
const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' }

export async function openFeedStream(deps: Pick<Deps, 'db' | 'feed' | 'log'>, actor: Actor, input: OpenStreamInput): Promise<Outcome<Response, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:read')
  if (!allowed.ok) return allowed
  const notebookId = allowed.value.id
  let stop = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stop = follow(deps, controller, { ...input, notebookId, recheckMs: RECHECK_MS[actor.links === undefined ? actor.kind : 'guest'] })
    },
    cancel: () => stop(),
  }, new ByteLengthQueuingStrategy({ highWaterMark: BACKLOG_BYTES }))
  return accept(new Response(body, { headers: HEADERS }))
}

type Follow = OpenStreamInput & { notebookId: Parameters<Deps['feed']['subscribe']>[0]; recheckMs: number }

function follow(deps: Pick<Deps, 'db' | 'feed' | 'log'>, controller: ReadableStreamDefaultController<Uint8Array>, input: Follow): () => void {
  const encoder = new TextEncoder()
  let isOver = false
  const send = (text: string) => {
    if (isOver) return
    if ((controller.desiredSize ?? 0) <= 0) return end('a reader of the feed was too slow')
    controller.enqueue(encoder.encode(text))
  }
  const unsubscribe = deps.feed.subscribe(input.notebookId, input.afterSeq, (rows) => send(rows.map(eventText).join('')))
  const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
  const recheck = setInterval(() => void check(), input.recheckMs)

  async function check(): Promise<void> {
    const actor = await input.actorNow()
    const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'notebook:read')
    if (!allowed.ok) end('a reader of the feed lost its rights')
  }
  function end(why: string): void {
    deps.log.info({ notebookId: input.notebookId }, why)
    stop()
    controller.close()
  }
  function stop(): void {
    isOver = true
    unsubscribe()
    clearInterval(heartbeat)
    clearInterval(recheck)
  }
  // At once, so that the browser knows that it is connected and how soon to come back.
  send('retry: 1000\n\n')
  return () => isOver || stop()
}

const eventText = (row: FeedRow): string => `id: ${row.seq}\ndata: ${JSON.stringify(row)}\n\n`
