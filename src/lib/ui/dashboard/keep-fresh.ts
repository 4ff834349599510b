const EVERY_MS = 60_000

/** Calls `refresh` every minute while somebody looks, and at once on coming back to a tab that slept longer. Returns the way to stop. */
export function keepFresh(refresh: () => void): () => void {
  let lastAt = Date.now()
  const beat = () => {
    if (document.hidden || Date.now() - lastAt < EVERY_MS - 1000) return
    lastAt = Date.now()
    refresh()
  }
  const timer = setInterval(beat, EVERY_MS)
  document.addEventListener('visibilitychange', beat)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', beat)
  }
}
