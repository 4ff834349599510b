/** Reads a notebook's feed as a browser would: server-sent events, each a numbered row. */
import type { FeedEvent } from '#lib/domain/feed.ts'
import type { Product } from '../support/start-product.ts'
import type { Owner } from './owner.ts'

export interface FeedClient {
  /** Resolves with the instant at which the first event that `isWanted` picks arrives, counted from now on. */
  next: (isWanted: (event: FeedEvent) => boolean) => Promise<{ at: number; event: FeedEvent }>
  close: () => void
}

/** A cell that fails gives nothing of what is waited for: the benchmark fails then, and does not stand still. */
const PATIENCE_MS = 300_000

export async function followFeed(product: Product, owner: Owner, notebookId: string): Promise<FeedClient> {
  const abort = new AbortController()
  const { seq } = await owner.call<{ seq: number }>('GET', `/notebooks/${notebookId}/outputs`)
  const response = await fetch(`${product.url}/api/v1/notebooks/${notebookId}/feed?after=${seq}`, { headers: { cookie: owner.cookie }, signal: abort.signal })
  if (!response.ok || response.body === null) throw new Error(`feed: ${response.status}`)
  const waiting = new Set<(event: FeedEvent, at: number) => void>()
  void read(response.body, (event) => {
    const at = performance.now()
    for (const tell of waiting) tell(event, at)
  }).catch(() => {})
  return {
    next: (isWanted) => {
      const { promise, resolve, reject } = Promise.withResolvers<{ at: number; event: FeedEvent }>()
      const timer = setTimeout(() => reject(new Error(`the feed of ${notebookId} did not tell what was waited for`)), PATIENCE_MS).unref()
      const tell = (event: FeedEvent, at: number) => {
        if (!isWanted(event)) return
        waiting.delete(tell)
        clearTimeout(timer)
        resolve({ at, event })
      }
      waiting.add(tell)
      // Several are waited for at once; the first that does not come says it.
      promise.catch(() => {})
      return promise
    },
    close: () => abort.abort(),
  }
}

async function read(body: ReadableStream<Uint8Array>, onEvent: (event: FeedEvent) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n')
      if (data === '') continue
      const value = JSON.parse(data) as { event: FeedEvent } | { event: FeedEvent }[]
      for (const row of Array.isArray(value) ? value : [value]) onEvent(row.event)
    }
  }
}
