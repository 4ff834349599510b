/** Keeps a page fresh while something on it is still going, and only while somebody looks at it. */
import { loadAgain } from '../kit/load-again.ts'

/** For use inside `$effect`: `$effect(() => refreshWhile(isGoing, 'dataharbour:runs'))`. */
export function refreshWhile(isGoing: boolean, what: `dataharbour:${string}`, everyMs = 1500): (() => void) | undefined {
  if (!isGoing) return undefined
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') void loadAgain(what)
  }, everyMs)
  return () => clearInterval(timer)
}
