/** Comparing: asks for a comparison and waits for it, as long as somebody looks. Large tables take a while; the seconds are counted. */
import type { Comparison } from '#lib/domain/comparison.ts'
import { callUrl } from '#lib/live/api.ts'
import type { ComparedPair } from './compare-address.ts'

export class Comparing {
  made = $state.raw<Comparison | null>(null)
  problem = $state<string | null>(null)
  isBusy = $state(false)
  seconds = $state(0)
  #abort: AbortController | null = null
  readonly #notebookId: string
  readonly #pair: ComparedPair

  constructor(notebookId: string, pair: ComparedPair, stored: Comparison | null) {
    this.#notebookId = notebookId
    this.#pair = pair
    this.made = stored
  }

  async begin(): Promise<void> {
    if (this.made !== null || this.isBusy) return
    const abort = (this.#abort = new AbortController())
    this.isBusy = true
    this.problem = null
    this.seconds = 0
    const clock = setInterval(() => (this.seconds += 1), 1000)
    const done = await callUrl<Comparison>('POST', `/api/v1/notebooks/${this.#notebookId}/comparisons`, this.#pair, abort.signal)
    clearInterval(clock)
    this.isBusy = false
    if (abort.signal.aborted) this.problem = 'Stopped. Nothing was compared.'
    else if (done.ok) this.made = done.value
    else this.problem = done.message
  }

  stop(): void {
    this.#abort?.abort()
  }
}
