/**
 * Renew: asks for newer figures every minute, and when it is told to. What is on the screen stays when the server cannot be
 * reached just then, and `since` says from when it is: a page that were loaded anew would be gone with the first failure
 * and never come back by itself.
 */
import type { Outcome } from '#lib/domain/outcome.ts'
import { keepFresh } from './keep-fresh.ts'

/** It may not be seen any more, or is gone. */
const FINAL = new Set(['not-found', 'not-allowed', 'sign-in-needed', 'share-expired'])

interface Renewed<T> {
  ask: () => Promise<Outcome<T>>
  take: (newer: T) => unknown
  onEnd: () => void
  /** While this holds, what is on the screen is somebody's work, and no minute replaces it. */
  isHeld?: () => boolean
}

export class Renewal<T> {
  /** When the figures on the screen were asked for, if asking again has failed. */
  since = $state<string | null>(null)
  #lastAt = new Date().toISOString()
  #turn = 0
  readonly #of: Renewed<T>

  constructor(of: Renewed<T>) {
    this.#of = of
  }

  /** In an effect. */
  follow(): () => void {
    const isHeld = this.#of.isHeld ?? (() => false)
    return keepFresh(() => void (isHeld() || this.#renew(isHeld)))
  }

  now(): Promise<void> {
    return this.#renew(() => false)
  }

  /** Of two that are on their way, the newer one counts. */
  async #renew(isHeld: () => boolean): Promise<void> {
    const turn = (this.#turn += 1)
    const askedAt = new Date().toISOString()
    const found = await this.#of.ask()
    if (turn !== this.#turn || isHeld()) return
    if (found.ok) {
      this.#lastAt = askedAt
      this.since = null
      this.#of.take(found.value)
    } else if (FINAL.has(found.reason)) this.#of.onEnd()
    else this.since = this.#lastAt
  }
}
