/**
 * Unsaved edits: counts local edits that the server has not acknowledged. "Saved" comes from acknowledgements only.
 * A new socket starts a new count of messages: what was not acknowledged before is inside its first whole state
 * (SyncStep2), so single updates prove nothing before that one is acknowledged.
 */
export type SentKind = 'whole' | 'change'

export class UnsavedEdits {
  #edits = 0
  #saved = 0
  #sent: { kind: SentKind; upTo: number }[] = []
  #acknowledged = 0
  #hasWhole = false
  #broughtAt = 0

  get count(): number {
    return this.#edits - this.#saved
  }

  /** What a copy of an earlier visit brought, counted as one edit, is not acknowledged yet. */
  get hasBrought(): boolean {
    return this.#saved < this.#broughtAt
  }

  edited(): void {
    this.#edits += 1
  }

  brought(): void {
    this.#edits += 1
    this.#broughtAt = this.#edits
  }

  socketOpened(): void {
    this.#sent = []
    this.#acknowledged = 0
    this.#hasWhole = false
  }

  sent(kind: SentKind): void {
    this.#sent.push({ kind, upTo: this.#edits })
  }

  /** The server says: the first `total` messages of this socket are committed. */
  acknowledged(total: number): void {
    const fresh = this.#sent.splice(0, total - this.#acknowledged)
    this.#acknowledged += fresh.length
    for (const { kind, upTo } of fresh) {
      this.#hasWhole ||= kind === 'whole'
      if (this.#hasWhole) this.#saved = Math.max(this.#saved, upTo)
    }
  }
}
