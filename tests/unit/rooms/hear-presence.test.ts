/** When a room hears what a socket says of its person. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPresenceEar } from '#server/rooms/hear-presence.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const say = (cellId: string) => [{ clientId: 7, clock: 1, state: { cursor: { cellId } } }]

it('is not before the instant from which on it listens, and then the last that was said', () => {
  const heard: unknown[] = []
  const ear = createPresenceEar(({ state }) => void heard.push(state), Date.now() + 50)
  ear.hear(say('a'))
  ear.hear(say('b'))
  vi.advanceTimersByTime(49)
  expect(heard).toEqual([])
  vi.advanceTimersByTime(1)
  expect(heard).toEqual([{ cursor: { cellId: 'b' } }])
})

it('is at once when that instant is over, and then so often', () => {
  const heard: unknown[] = []
  const ear = createPresenceEar(({ state }) => void heard.push(state), Date.now())
  for (const cellId of ['a', 'b', 'c']) ear.hear(say(cellId))
  expect(heard).toEqual([{ cursor: { cellId: 'a' } }])
  vi.advanceTimersByTime(1_000)
  expect(heard).toEqual([{ cursor: { cellId: 'a' } }, { cursor: { cellId: 'c' } }])
  ear.hear(say('d'))
  ear.hear(say('e'))
  ear.close()
  vi.advanceTimersByTime(1_000)
  expect(heard).toHaveLength(3)
})
