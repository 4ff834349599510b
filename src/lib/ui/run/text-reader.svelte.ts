/**
 * Text reader: the rows of a long text that are in view, read part by part. A few parts stay in memory; a part that
 * could not be read is asked for again when its rows are looked at again.
 */
import { SvelteMap } from 'svelte/reactivity'
import { rowsOf, type TextPart } from '#lib/domain/long-text.ts'
import { callUrl } from '#lib/live/api.ts'

const PARTS_HELD = 6

export class TextReader {
  parts = $state.raw<readonly TextPart[]>([])
  rows = $state(0)
  problem = $state<string | null>(null)
  isLoaded = $state(false)
  readonly #url: string
  readonly #held = new SvelteMap<number, readonly string[]>()
  readonly #asked = new Set<number>()

  constructor(url: string) {
    this.#url = url
  }

  async load(): Promise<void> {
    const read = await callUrl<{ rows: number; parts: TextPart[] }>('GET', this.#url)
    if (read.ok) Object.assign(this, { parts: read.value.parts, rows: read.value.rows, problem: null })
    else this.problem = read.message
    this.isLoaded = true
  }

  /** Rows from `first` to before `end`; null where they are on their way. Asks for what is missing. */
  read(first: number, end: number): (string | null)[] {
    const rows: (string | null)[] = []
    for (let row = first; row < end; row++) {
      const part = this.#partOf(row)
      const lines = part === undefined ? undefined : this.#held.get(part.part)
      rows.push(lines?.[row - (part?.firstRow ?? 0)] ?? (lines === undefined ? null : ''))
    }
    return rows
  }

  async want(first: number, end: number): Promise<void> {
    const wanted = this.parts.filter((part) => part.firstRow < end && part.firstRow + part.rows > first)
    await Promise.all(wanted.map((part) => this.#ask(part)))
  }

  #partOf(row: number): TextPart | undefined {
    let [low, high] = [0, this.parts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.parts[middle]?.firstRow ?? 0) <= row) low = middle
      else high = middle - 1
    }
    return this.parts[low]
  }

  async #ask(part: TextPart): Promise<void> {
    if (this.#held.has(part.part) || this.#asked.has(part.part)) return
    this.#asked.add(part.part)
    try {
      const response = await fetch(`${this.#url}/part?part=${part.part}&firstRow=${part.firstRow}&rows=${part.rows}`)
      if (!response.ok) throw new Error(String(response.status))
      this.#held.set(part.part, rowsOf(await response.text()))
      this.problem = null
      const oldest = this.#held.keys().next().value
      if (this.#held.size > PARTS_HELD && oldest !== undefined) this.#held.delete(oldest)
    } catch {
      this.problem = 'This part could not be read. Check your connection and scroll again.'
    } finally {
      this.#asked.delete(part.part)
    }
  }
}
