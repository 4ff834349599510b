/**
 * Following a person: the page scrolls along with the cell they are in, until this person does something of their own
 * (types, presses, scrolls, Escape) or the other is gone, which is said. A line that breaks for a moment, theirs or ours,
 * ends nothing. It is one tab that is followed, not one account.
 */
import type { PresenceList } from '#lib/live/presence.svelte.ts'
import type { Presence } from '#lib/live/read-people.ts'

/** Keys that change nothing by themselves. */
const IDLE_KEYS = new Set(['Shift', 'Control', 'Alt', 'Meta', 'CapsLock', 'Tab'])

/** Longer than a reconnect takes. */
export const GONE_AFTER_MS = 6000

export class FollowPerson {
  readonly #presence: () => PresenceList | null
  #clientId = $state<number | null>(null)
  readonly person = $derived.by((): Presence | null => (this.#clientId === null ? null : (this.#presence()?.people.find((one) => one.clientId === this.#clientId) ?? null)))

  constructor(presence: () => PresenceList | null) {
    this.#presence = presence
  }

  /** Somebody is followed, though not to be seen for now. */
  readonly isLooking = $derived(this.#clientId !== null && this.person === null)

  start(clientId: number): void {
    this.#clientId = clientId
  }

  stop(): void {
    this.#clientId = null
  }

  /** Something that the person here did. Menus and the bar that says who is followed are no turning away. */
  readonly onAct = (event: Event): void => {
    if (this.#clientId === null) return
    if (event instanceof KeyboardEvent && IDLE_KEYS.has(event.key)) return
    if (event.target instanceof Element && event.target.closest('[data-keeps-following], [role="menu"]') !== null) return
    this.stop()
  }
}

/** Brings the followed person's caret, or else their cell, to the middle of the page. */
export function showPlaceOf({ clientId, cursor }: Presence): void {
  const cell = cursor === null ? null : document.getElementById(`cell-${cursor.cellId}`)
  if (cell === null) return
  // By the tab: one person may have several in this cell.
  const caret = cell.querySelector(`.remote-caret[data-client-id="${clientId}"]`)
  const target = caret ?? cell
  const { top, bottom } = target.getBoundingClientRect()
  if (top >= innerHeight * 0.2 && bottom <= innerHeight * 0.8) return
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
  target.scrollIntoView({ block: caret === null && bottom - top > innerHeight * 0.6 ? 'start' : 'center', behavior: isCalm ? 'auto' : 'smooth' })
}
