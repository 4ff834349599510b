/**
 * Column summaries of a grid, asked for when their columns are in view: a few at a time, after a short rest, and given up
 * when they are scrolled away before the answer is there.
 */
import { SUMMARIES_MAX, type ColumnSummary } from '#lib/domain/column-summary.ts'
import type { Outcome } from '#lib/domain/outcome.ts'

export type AskSummaries = (columns: string[], signal: AbortSignal) => Promise<Outcome<ColumnSummary[]>>

const REST_MS = 120

export class ColumnSummaries {
  #known = $state.raw<ReadonlyMap<string, ColumnSummary>>(new Map())
  problem = $state<string | null>(null)
  readonly #ask: AskSummaries
  #wanted: readonly string[] = []
  #asking: { columns: readonly string[]; abort: AbortController } | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ask: AskSummaries) {
    this.#ask = ask
  }

  of(column: string): ColumnSummary | null {
    return this.#known.get(column) ?? null
  }

  /** These are in view now; none when the row of summaries is closed. */
  want(columns: readonly string[]): void {
    this.#wanted = columns
    if (this.#asking !== null && !this.#asking.columns.some((column) => columns.includes(column))) this.#giveUp()
    clearTimeout(this.#timer)
    if (columns.length > 0) this.#timer = setTimeout(() => void this.#next(), REST_MS)
  }

  retry(): void {
    this.problem = null
    this.want(this.#wanted)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#giveUp()
  }

  #giveUp(): void {
    this.#asking?.abort.abort()
    this.#asking = null
  }

  async #next(): Promise<void> {
    if (this.#asking !== null || this.problem !== null) return
    const columns = this.#wanted.filter((column) => !this.#known.has(column)).slice(0, SUMMARIES_MAX)
    if (columns.length === 0) return
    const asking = { columns, abort: new AbortController() }
    this.#asking = asking
    const answer = await this.#ask(columns, asking.abort.signal)
    if (this.#asking !== asking) return
    this.#asking = null
    if (answer.ok) this.#known = new Map([...this.#known, ...answer.value.map((one) => [one.column, one] as const)])
    else this.problem = answer.message
    await this.#next()
  }
}
