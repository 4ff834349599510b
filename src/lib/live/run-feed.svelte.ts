/**
 * Run feed: the notebook's runs and outputs, live. Starts from the snapshot that painted the page, then follows the
 * event stream from its number on; a gap or a broken stream is healed by a fresh snapshot or a new stream. Rows that
 * come in a burst are folded once per frame, so that a print loop costs one paint, not a thousand.
 * A tab that nobody looks at and that waits for nothing lets go of its stream after a while: browsers allow six
 * connections to one plain-http host, and a seventh notebook in a seventh tab would stand still.
 */
import type { FeedRow, FeedSnapshot } from '#lib/domain/feed.ts'
import { EMPTY_FEED, feedFrom, foldFeed, type FeedState } from './fold-feed.ts'
import { hearServer, serverNow, type ClockOffset } from './server-clock.ts'

const QUIET_MS = 50
const HIDDEN_MS = 20_000
const RETRY_MS = [500, 1000, 2000, 4000, 8000]

export interface FeedAddress {
  /** GET: a FeedSnapshot. */
  outputsUrl: string
  /** GET: the event stream; `?after=<seq>` is added. */
  feedUrl: string
}

export class RunFeed {
  state = $state.raw<FeedState>(EMPTY_FEED)
  isLive = $state(false)
  readonly #address: FeedAddress
  #source: EventSource | null = null
  #waiting: FeedRow[] = []
  #flushAt = 0
  #isFlushPlanned = false
  #retry: ReturnType<typeof setTimeout> | null = null
  #failures = 0
  #isClosed = false
  #isResting = false
  #hiddenAt: number | null = null
  #clock: ClockOffset = null

  constructor(address: FeedAddress, snapshot: FeedSnapshot) {
    this.#address = address
    this.state = feedFrom(snapshot)
  }

  /** The server's time: what its instants are counted from. Until the stream has said it, for a moment, it is taken from this machine. */
  now(): number {
    return serverNow(this.#clock, performance.now()) ?? Date.now()
  }

  /** Browser only. Returns the way to stop. */
  follow(): () => void {
    this.#isClosed = false
    this.#open()
    const rest = setInterval(() => this.#restIfUnseen(), HIDDEN_MS / 2)
    const wake = () => {
      this.#hiddenAt = document.hidden ? performance.now() : null
      if (!document.hidden && this.#isResting) this.#open()
    }
    document.addEventListener('visibilitychange', wake)
    return () => {
      clearInterval(rest)
      document.removeEventListener('visibilitychange', wake)
      this.#isClosed = true
      this.#close()
      if (this.#retry !== null) clearTimeout(this.#retry)
    }
  }

  #restIfUnseen(): void {
    const isUnseen = this.#hiddenAt !== null && performance.now() - this.#hiddenAt > HIDDEN_MS
    if (!isUnseen || this.#isResting || this.state.openRuns.size > 0) return
    this.#close()
    this.#isResting = true
  }

  #open(): void {
    this.#close()
    this.#isResting = false
    const join = this.#address.feedUrl.includes('?') ? '&' : '?'
    const source = new EventSource(`${this.#address.feedUrl}${join}after=${this.state.seq}`)
    let hasHeard = false
    source.onopen = () => {
      hasHeard = false
      this.isLive = true
      this.#failures = 0
    }
    source.addEventListener('now', ({ data }) => {
      // Another process may answer now, and clocks are set: each stream begins anew.
      this.#clock = hearServer(hasHeard ? this.#clock : null, data as string, performance.now())
      hasHeard = true
    })
    source.onmessage = ({ data }) => this.#take(data as string)
    source.onerror = () => {
      this.isLive = false
      // The browser itself comes back after a cut; it gives up only on an answer that is no stream.
      if (source.readyState === EventSource.CLOSED) this.#plan(() => this.#reload())
    }
    this.#source = source
  }

  #close(): void {
    this.#source?.close()
    this.#source = null
    this.isLive = false
  }

  #take(data: string): void {
    const parsed = JSON.parse(data) as FeedRow | FeedRow[]
    if (Array.isArray(parsed)) this.#waiting.push(...parsed)
    else this.#waiting.push(parsed)
    const now = performance.now()
    if (now - this.#flushAt > QUIET_MS) return this.#flush()
    if (this.#isFlushPlanned) return
    this.#isFlushPlanned = true
    // A hidden tab gets no frames.
    if (document.hidden) setTimeout(() => this.#flush(), QUIET_MS)
    else requestAnimationFrame(() => this.#flush())
  }

  #flush(): void {
    this.#isFlushPlanned = false
    this.#flushAt = performance.now()
    const { state, hasGap } = foldFeed(this.state, this.#waiting)
    this.#waiting = []
    this.state = state
    if (hasGap) void this.#reload()
  }

  async #reload(): Promise<void> {
    this.#close()
    try {
      const response = await fetch(this.#address.outputsUrl)
      // Signed out, or the link has ended: asking again changes nothing.
      if ([401, 403, 404, 410].includes(response.status)) return void (this.#isClosed = true)
      if (!response.ok) throw new Error(`The outputs answered ${response.status}.`)
      const snapshot = (await response.json()) as FeedSnapshot
      if (this.#isClosed) return
      if (snapshot.seq >= this.state.seq) this.state = feedFrom(snapshot)
      this.#open()
    } catch {
      this.#plan(() => this.#reload())
    }
  }

  #plan(again: () => unknown): void {
    if (this.#isClosed) return
    const delay = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 8000
    this.#failures += 1
    this.#retry = setTimeout(again, delay)
  }
}
