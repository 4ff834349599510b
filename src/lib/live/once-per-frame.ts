/**
 * Work that many messages ask for, done once in each frame that is drawn: at once when it was not done in this one yet,
 * else as the next begins, for all who asked meanwhile. Where no frames come (a hidden tab, Node) a timer takes their place.
 */
const FRAME_MS = 16
/** Frames take less, unless there are none. */
const NO_FRAME_MS = 100

export interface OncePerFrame {
  ask(): void
  close(): void
}

export function oncePerFrame(work: () => void): OncePerFrame {
  let isAsked = false
  /** Null as long as nothing was done in this frame. */
  let cancelNext: (() => void) | null = null

  const run = (): void => {
    isAsked = false
    cancelNext = onNextFrame(begin)
    work()
  }
  const begin = (): void => {
    cancelNext = null
    if (isAsked) run()
  }
  return {
    ask: () => {
      if (cancelNext === null) run()
      else isAsked = true
    },
    close: () => {
      cancelNext?.()
      cancelNext = null
    },
  }
}

function onNextFrame(begin: () => void): () => void {
  const hasFrames = typeof requestAnimationFrame === 'function'
  const cancel = (): void => {
    clearTimeout(timer)
    if (hasFrames) cancelAnimationFrame(frame)
  }
  const go = (): void => {
    cancel()
    begin()
  }
  const timer = setTimeout(go, hasFrames ? NO_FRAME_MS : FRAME_MS)
  const frame = hasFrames ? requestAnimationFrame(go) : 0
  return cancel
}
