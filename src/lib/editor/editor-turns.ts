/**
 * Editor turns: editors are made one after another, each when the page has nothing else to do, so that one with twenty
 * of them takes keys and draws between two. One that somebody waits for goes first and at once, then those in view.
 */
interface Waiting {
  host: HTMLElement
  isUrgent: () => boolean
  begin: () => void
}

/** In a tab that never rests, or in the background. */
const AT_LATEST_MS = 250

const waiting: Waiting[] = []
let isOpen = false

/** Resolves when it is this one's turn. */
export function takeTurn(host: HTMLElement, isUrgent: () => boolean): Promise<void> {
  return new Promise((begin) => {
    waiting.push({ host, isUrgent, begin })
    if (isOpen && !isUrgent()) return
    isOpen = true
    next()
  })
}

function next(): void {
  const chosen = waiting.find((one) => one.isUrgent()) ?? waiting.find(isInView) ?? waiting[0]
  if (chosen === undefined) return void (isOpen = false)
  waiting.splice(waiting.indexOf(chosen), 1)
  chosen.begin()
  if (typeof requestIdleCallback === 'function') requestIdleCallback(next, { timeout: AT_LATEST_MS })
  else setTimeout(next)
}

function isInView({ host }: Waiting): boolean {
  const { top, bottom } = host.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}
