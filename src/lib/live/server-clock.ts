/**
 * Server clock: what time it is on the server, for timers that count from its instants. A browser's own clock may be minutes
 * off. The event stream says the server's time when it opens and now and then; each saying was on its way for a moment and so
 * comes too late, never too early: the one that came soonest after it was said is the best that is known.
 *
 * Readings are of a clock that only goes on (performance.now): who sets the time of their machine moves no timer. In some
 * browsers it stands still while the machine sleeps; then the next saying is the best. Pure.
 */

/** What the local clock shows when the server's is at its zero; null while nothing was heard. */
export type ClockOffset = number | null

/** A saying that cannot be read tells nothing. */
export function hearServer(known: ClockOffset, said: string, localMs: number): ClockOffset {
  const offset = localMs - Date.parse(said)
  if (Number.isNaN(offset)) return known
  return known === null ? offset : Math.min(known, offset)
}

export const serverNow = (offset: ClockOffset, localMs: number): number | null => (offset === null ? null : localMs - offset)
