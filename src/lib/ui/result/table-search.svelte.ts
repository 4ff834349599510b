/**
 * Table search: a text looked for in the whole table by the server, and the way from hit to hit. A hit is a row; the
 * hits come by the hundred as one goes through them. Another order of the rows is another search.
 */
import { HITS_MAX, type FindRequest, type FoundRow, type FoundRows } from '#lib/domain/find-rows.ts'
import type { Outcome } from '#lib/domain/outcome.ts'
import type { RowOrder } from '#lib/domain/result.ts'

export type AskFind = (request: FindRequest, signal: AbortSignal) => Promise<Outcome<FoundRows>>

const TYPING_MS = 300

export class TableSearch {
  text = $state('')
  /** Rows that hold it; null until that is known. */
  total = $state<number | null>(null)
  /** Which of them one stands at, counted from 0. */
  index = $state(-1)
  current = $state.raw<FoundRow | null>(null)
  problem = $state<string | null>(null)
  isAsking = $state(false)
  readonly #ask: AskFind
  readonly #orderOf: () => RowOrder
  #hits = new Map<number, FoundRow>()
  #abort: AbortController | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ask: AskFind, orderOf: () => RowOrder) {
    this.#ask = ask
    this.#orderOf = orderOf
  }

  /** After a pause in typing. */
  type(text: string): void {
    this.text = text
    this.#forget()
    clearTimeout(this.#timer)
    if (text !== '') this.#timer = setTimeout(() => void this.go(0), TYPING_MS)
  }

  /** The rows stand otherwise now. */
  again(): void {
    if (this.text !== '') this.type(this.text)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.text = ''
    this.#forget()
  }

  step(by: 1 | -1): void {
    if (this.text === '') return
    clearTimeout(this.#timer)
    if (this.total === null) return void this.go(0)
    if (this.total > 0) void this.go((this.index + by + this.total) % this.total)
  }

  async go(index: number): Promise<void> {
    const hit = this.#hits.get(index) ?? (await this.#fetch(index))
    if (hit === null) return
    this.index = index
    this.current = hit
  }

  async #fetch(index: number): Promise<FoundRow | null> {
    this.#abort?.abort()
    const abort = (this.#abort = new AbortController())
    this.isAsking = true
    const offset = index - (index % HITS_MAX)
    const found = await this.#ask({ text: this.text, offset, limit: HITS_MAX, ...this.#orderOf() }, abort.signal)
    if (this.#abort !== abort) return null
    this.isAsking = false
    if (!found.ok) {
      this.problem = found.message
      return null
    }
    this.problem = null
    this.total = found.value.total
    this.#hits = new Map(found.value.hits.map((hit, at) => [offset + at, hit]))
    return this.#hits.get(index) ?? null
  }

  #forget(): void {
    this.#abort?.abort()
    this.#abort = null
    this.isAsking = false
    this.#hits.clear()
    this.total = null
    this.index = -1
    this.current = null
    this.problem = null
  }
}

export interface TextPart {
  text: string
  isHit: boolean
}

/** A text cut at what was looked for. Letters whose small form has another length are left unmarked rather than marked beside. */
export function splitAtHits(text: string, wanted: string): TextPart[] {
  const [low, sought] = [text.toLowerCase(), wanted.toLowerCase()]
  if (sought === '' || low.length !== text.length) return [{ text, isHit: false }]
  const parts: TextPart[] = []
  let from = 0
  for (let at = low.indexOf(sought); at >= 0; at = low.indexOf(sought, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), isHit: false })
    parts.push({ text: text.slice(at, at + sought.length), isHit: true })
    from = at + sought.length
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), isHit: false })
  return parts
}
