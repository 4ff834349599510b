/**
 * Asked by key: whether somebody has just pressed for suggestions (Ctrl+Space, or what a Mac has for it). Monaco calls
 * its own suggestions while typing the same, and on a busy page it may take the inside of a text for code.
 */
const JUST_NOW_MS = 500
let askedAt = Number.NEGATIVE_INFINITY

export function listenForAsking(target: Document = document): void {
  target.addEventListener('keydown', (event) => {
    if (event.code === 'Space' && (event.ctrlKey || event.metaKey || event.altKey)) askedAt = performance.now()
  }, true)
}

export const wasAskedByKey = (): boolean => performance.now() - askedAt < JUST_NOW_MS
