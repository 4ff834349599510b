/** How often work is done that many ask for, with frames that the test plays. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { oncePerFrame } from '#lib/live/once-per-frame.ts'

let frames = new Map<number, () => void>()
let done: number[] = []
let asked = 0

const playFrames = (): void => {
  let last = 0
  vi.stubGlobal('requestAnimationFrame', (begin: () => void) => {
    frames.set((last += 1), begin)
    return last
  })
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => void frames.delete(frame))
}
const nextFrame = (): void => {
  const due = frames
  frames = new Map()
  for (const begin of due.values()) begin()
}
const begin = () => {
  const once = oncePerFrame(() => void done.push(asked))
  return {
    close: once.close,
    ask: () => {
      asked += 1
      once.ask()
    },
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  frames = new Map()
  done = []
  asked = 0
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('work that is asked for', () => {
  it('is done at once, and what is asked for in the same frame once in the next', () => {
    playFrames()
    const once = begin()
    once.ask()
    expect(done).toEqual([1])
    for (let i = 0; i < 50; i += 1) once.ask()
    expect(done).toEqual([1])
    nextFrame()
    expect(done).toEqual([1, 51])
    once.ask()
    expect(done).toEqual([1, 51])
    nextFrame()
    expect(done).toEqual([1, 51, 52])
  })

  it('is done at once again after a frame in which nobody asked, and is not done where nobody asks', () => {
    playFrames()
    const once = begin()
    once.ask()
    nextFrame()
    nextFrame()
    vi.advanceTimersByTime(1_000)
    expect(done).toEqual([1])
    once.ask()
    expect(done).toEqual([1, 2])
  })

  it('is done all the same in a hidden tab, which gets no frames, and not once more when they come again', () => {
    playFrames()
    const once = begin()
    once.ask()
    once.ask()
    vi.advanceTimersByTime(1_000)
    expect(done).toEqual([1, 2])
    nextFrame()
    expect(done).toEqual([1, 2])
  })

  it('is done where there are no frames at all', () => {
    const once = begin()
    once.ask()
    once.ask()
    expect(done).toEqual([1])
    vi.advanceTimersByTime(1_000)
    expect(done).toEqual([1, 2])
  })

  it.each([true, false])('is not done after the end (frames: %s)', (hasFrames) => {
    if (hasFrames) playFrames()
    const once = begin()
    once.ask()
    once.ask()
    once.close()
    nextFrame()
    vi.advanceTimersByTime(1_000)
    expect(done).toEqual([1])
  })
})
