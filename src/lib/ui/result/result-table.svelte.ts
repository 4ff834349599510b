/**
 * ResultTable: the rows of a result as the grid sees them, loaded window by window when they come into view. A new
 * sort or filter keeps the old rows on screen until its first window is here, so nothing flickers or jumps.
 */
import type { Outcome } from '#lib/domain/outcome.ts'
import type { Page, PageRequest } from '#lib/domain/result.ts'

export const WINDOW = 200
const WINDOWS_KEPT = 50
const COPY_AT_ONCE = 1000

export type AskPage = (request: PageRequest, signal?: AbortSignal) => Promise<Outcome<Page>>
type Order = Pick<PageRequest, 'sort' | 'filter'>

export class ResultTable {
  /** What was asked last; the rows may still be those of the question before. */
  order = $state.raw<Order>({ sort: [], filter: [] })
  total = $state(0)
  problem = $state<string | null>(null)
  isChanging = $state(false)
  isReady = $state(false)
  #windows = $state.raw(new Map<number, unknown[][]>())
  #asked = new Set<number>()
  #ask: AskPage
  #shown: Order = { sort: [], filter: [] }
  #turn = 0
  #abort: AbortController | null = null

  constructor(ask: AskPage, rows: number, firstPage: Page | null) {
    this.#ask = ask
    this.total = rows
    if (firstPage !== null) this.#show(this.order, firstPage)
  }

  /** Undefined while its window is on the way. */
  row(at: number): unknown[] | undefined {
    return this.#windows.get(Math.floor(at / WINDOW))?.[at % WINDOW]
  }

  get sample(): unknown[][] {
    return this.#windows.get(0)?.slice(0, 50) ?? []
  }

  /** Loads what is missing of these rows. */
  load(first: number, end: number): void {
    for (let index = Math.floor(first / WINDOW); index * WINDOW < Math.max(end, 1); index++) {
      if (!this.#windows.has(index) && !this.#asked.has(index)) void this.#loadWindow(index)
    }
  }

  async change(order: Order): Promise<void> {
    this.order = order
    const turn = (this.#turn += 1)
    this.#abort?.abort()
    this.#abort = new AbortController()
    this.isChanging = true
    const page = await this.#ask({ offset: 0, limit: WINDOW, ...order }, this.#abort.signal)
    if (turn !== this.#turn) return
    this.isChanging = false
    if (page.ok) this.#show(order, page.value)
    else this.problem = page.message
  }

  /** After a refusal: the same question again. */
  retry(): void {
    this.problem = null
    this.#asked.clear()
    if (this.#windows.size === 0 || this.order !== this.#shown) void this.change(this.order)
    else this.load(0, 1)
  }

  /** Rows for the clipboard, in the order on screen, whether they are loaded or not. */
  async collect(first: number, end: number): Promise<Outcome<unknown[][]>> {
    const rows: unknown[][] = []
    while (first + rows.length < end) {
      const offset = first + rows.length
      const page = await this.#ask({ offset, limit: Math.min(COPY_AT_ONCE, end - offset), ...this.#shown })
      if (!page.ok) return page
      if (page.value.rows.length === 0) break
      rows.push(...page.value.rows)
    }
    return { ok: true, value: rows }
  }

  #show(order: Order, page: Page): void {
    this.#shown = order
    this.#asked = new Set([0])
    this.#windows = new Map([[0, page.rows]])
    this.total = page.total
    this.problem = null
    this.isReady = true
  }

  async #loadWindow(index: number): Promise<void> {
    this.#asked.add(index)
    const shown = this.#shown
    const page = await this.#ask({ offset: index * WINDOW, limit: WINDOW, ...shown })
    if (shown !== this.#shown) return
    if (!page.ok) {
      this.problem = page.message
      return
    }
    if (index === 0) this.total = page.value.total
    this.#windows = keepNewest(new Map(this.#windows).set(index, page.value.rows), this.#asked)
    this.problem = null
    this.isReady = true
  }
}

function keepNewest(windows: Map<number, unknown[][]>, asked: Set<number>): Map<number, unknown[][]> {
  for (const index of windows.keys()) {
    if (windows.size <= WINDOWS_KEPT) break
    if (index === 0) continue
    windows.delete(index)
    asked.delete(index)
  }
  return windows
}
