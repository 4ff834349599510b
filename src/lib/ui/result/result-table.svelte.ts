/**
 * ResultTable: the rows of a result as the grid sees them, loaded piece by piece when they come into view: so many rows, and
 * of a wide table so many columns. A few are asked at a time, and always of what is in view now: what was only scrolled
 * past is never asked, and what is in view is never let go. A new sort or filter keeps the old rows on screen until its
 * first piece is here, so nothing flickers or jumps.
 */
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { BLOCK_COLUMNS as BLOCK, WIDE_COLUMNS, type ColumnSpan, type Page, type PageRequest, type RowOrder } from '#lib/domain/result.ts'

export const WINDOW = 200
const WINDOWS_KEPT = 50
const PIECES_KEPT = 200
const PIECES_AT_ONCE = 4
const VALUES_AT_ONCE = 100_000
const ROWS_AT_ONCE = 1000

interface Piece {
  index: number
  block: number
}

export type AskPage = (request: PageRequest, signal?: AbortSignal) => Promise<Outcome<Page>>

const PLAIN: RowOrder = { sort: [], filter: [] }

export class ResultTable {
  /** What was asked last; the rows may still be those of the question before. */
  order = $state.raw<RowOrder>(PLAIN)
  total = $state(0)
  problem = $state<string | null>(null)
  isChanging = $state(false)
  isReady = $state(false)
  /** A few rows, to fit the columns to; none of a wide table. The same until the order changes. */
  sample = $state.raw<readonly unknown[][]>([])
  #pieces = $state.raw(new Map<string, unknown[][]>())
  /** On the way. */
  #asked = new Set<string>()
  /** By key, what the view needs. */
  #inView = new Map<string, Piece>()
  readonly ask: AskPage
  readonly #columns: number
  /** Of the columns in view. */
  #blocks: readonly number[] = [0]
  #shown: RowOrder = PLAIN
  #turn = 0
  #abort: AbortController | null = null

  constructor(ask: AskPage, rows: number, firstPage: Page | null, columns = 1) {
    this.ask = ask
    this.#columns = columns
    this.total = rows
    if (firstPage !== null) this.#show(PLAIN, [0], [firstPage])
  }

  get isWide(): boolean {
    return this.#columns > WIDE_COLUMNS
  }

  /** The rows that are shown, as they were asked for. */
  get shown(): RowOrder {
    return this.#shown
  }

  /** Undefined while it is on the way; `column` is its place in the table. */
  value(row: number, column: number): unknown {
    return this.#pieces.get(keyOf(Math.floor(row / WINDOW), this.#blockOf(column)))?.[row % WINDOW]?.[this.isWide ? column % BLOCK : column]
  }

  /** A row of a table that is not wide; undefined while it is on the way. */
  row(at: number): unknown[] | undefined {
    return this.#pieces.get(keyOf(Math.floor(at / WINDOW), 0))?.[at % WINDOW]
  }

  /** Loads what is missing of these rows, and of these columns. */
  load(first: number, end: number, columns: readonly number[] = [0]): void {
    this.#blocks = columns.length === 0 ? [0] : [...new Set(columns.map((column) => this.#blockOf(column)))]
    this.#inView = new Map()
    for (let index = Math.floor(first / WINDOW); index * WINDOW < Math.max(end, 1); index++) {
      for (const block of this.#blocks) this.#inView.set(keyOf(index, block), { index, block })
    }
    this.#askOn()
  }

  async change(order: RowOrder): Promise<void> {
    this.order = order
    const turn = (this.#turn += 1)
    this.#abort?.abort()
    const { signal } = (this.#abort = new AbortController())
    this.isChanging = true
    const blocks = this.#blocks
    const pages = await Promise.all(blocks.map((block) => this.ask({ offset: 0, limit: WINDOW, ...order, ...this.#spanOf(block) }, signal)))
    if (turn !== this.#turn) return
    this.isChanging = false
    const refused = pages.find((page) => !page.ok)
    if (refused !== undefined && !refused.ok) this.problem = refused.message
    else this.#show(order, blocks, pages.flatMap((page) => (page.ok ? [page.value] : [])))
  }

  /** After a refusal: the same question again. */
  retry(): void {
    this.problem = null
    if (this.#pieces.size === 0 || this.order !== this.#shown) void this.change(this.order)
    else this.#askOn()
  }

  /** Rows for the clipboard, in the order on screen, whether they are loaded or not; of a span of the stored columns. */
  async collect(first: number, end: number, columns?: ColumnSpan): Promise<Outcome<unknown[][]>> {
    const rows: unknown[][] = []
    const atOnce = Math.max(1, Math.min(ROWS_AT_ONCE, Math.floor(VALUES_AT_ONCE / Math.max(1, columns?.count ?? this.#columns))))
    while (first + rows.length < end) {
      const offset = first + rows.length
      const page = await this.ask({ offset, limit: Math.min(atOnce, end - offset), ...this.#shown, ...(columns === undefined ? {} : { columns }) })
      if (!page.ok) return page
      if (page.value.rows.length === 0) break
      rows.push(...page.value.rows)
    }
    return accept(rows)
  }

  #blockOf(column: number): number {
    return this.isWide ? Math.floor(column / BLOCK) : 0
  }

  #spanOf(block: number): { columns?: ColumnSpan } {
    return this.isWide ? { columns: { first: block * BLOCK, count: Math.min(BLOCK, this.#columns - block * BLOCK) } } : {}
  }

  #show(order: RowOrder, blocks: readonly number[], pages: readonly Page[]): void {
    this.#shown = order
    this.#pieces = new Map(blocks.map((block, at) => [keyOf(0, block), pages[at]?.rows ?? []]))
    this.total = pages[0]?.total ?? 0
    this.#learn(0, 0, pages[0])
    this.problem = null
    this.isReady = true
    this.#askOn()
  }

  #learn(index: number, block: number, page: Page | undefined): void {
    if (!this.isWide && index === 0 && block === 0) this.sample = page?.rows.slice(0, 50) ?? []
  }

  #askOn(): void {
    for (const [key, piece] of this.#inView) {
      if (this.#asked.size >= PIECES_AT_ONCE) return
      if (!this.#pieces.has(key) && !this.#asked.has(key)) void this.#loadPiece(key, piece)
    }
  }

  async #loadPiece(key: string, { index, block }: Piece): Promise<void> {
    this.#asked.add(key)
    const shown = this.#shown
    const page = await this.ask({ offset: index * WINDOW, limit: WINDOW, ...shown, ...this.#spanOf(block) })
    this.#asked.delete(key)
    // Of another order: what is in view is asked anew.
    if (shown !== this.#shown) return this.#askOn()
    if (!page.ok) {
      // What was only scrolled past is nobody's trouble.
      if (this.isReady && !this.#inView.has(key)) return this.#askOn()
      this.problem = page.message
      return
    }
    if (index === 0) this.total = page.value.total
    this.#learn(index, block, page.value)
    this.#pieces = keepNewest(new Map(this.#pieces).set(key, page.value.rows), this.#inView, this.isWide ? PIECES_KEPT : WINDOWS_KEPT)
    if (this.order === this.#shown && [...this.#inView.keys()].every((one) => this.#pieces.has(one))) this.problem = null
    this.isReady = true
    this.#askOn()
  }
}

const keyOf = (index: number, block: number): string => `${index}:${block}`

function keepNewest(pieces: Map<string, unknown[][]>, inView: ReadonlyMap<string, Piece>, most: number): Map<string, unknown[][]> {
  for (const key of pieces.keys()) {
    if (pieces.size <= most) break
    if (!key.startsWith('0:') && !inView.has(key)) pieces.delete(key)
  }
  return pieces
}
