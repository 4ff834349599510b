/**
 * In order: what a person asks for one after another reaches the server one after another. Two requests under way at
 * once may arrive in either order: a cell would run before the one that was asked for first, an Interrupt would find
 * nothing to stop yet, a restart would take away what was run after it.
 */
export type InOrder = <T>(ask: () => Promise<T>) => Promise<T>

/** Each waits for the one before to be answered, in whatever way. */
export function inOrder(): InOrder {
  let last: Promise<unknown> = Promise.resolve()
  return (ask) => {
    const asked = last.then(ask)
    last = asked.catch(() => undefined)
    return asked
  }
}
