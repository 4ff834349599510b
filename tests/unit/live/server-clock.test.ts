/** The time of the server as a page knows it, whatever its own clock says. */
import { expect, it } from 'vitest'
import { hearServer, serverNow, type ClockOffset } from '#lib/live/server-clock.ts'

const NOON = Date.parse('2026-01-01T12:00:00.000Z')
const said = (ms: number) => new Date(NOON + ms).toISOString()

it('knows nothing before the server has spoken', () => {
  expect(serverNow(null, 5000)).toBeNull()
})

it('goes on from what the server said by the local clock, which may count from anywhere', () => {
  const offset = hearServer(null, said(0), 70_000)
  expect(serverNow(offset, 70_000)).toBe(NOON)
  expect(serverNow(offset, 111_000)).toBe(NOON + 41_000)
})

it('holds to the saying that was on its way for the shortest time, in whatever order they come', () => {
  // Said at 0, 10 and 20 s of the server; the local clock shows 100 s at 0, and they took 900, 20 and 400 ms.
  const heard: [number, number][] = [[0, 100_900], [10_000, 110_020], [20_000, 120_400]]
  for (const order of [heard, heard.toReversed()]) {
    const offset = order.reduce<ClockOffset>((known, [at, local]) => hearServer(known, said(at), local), null)
    expect(serverNow(offset, 130_000)).toBe(NOON + 30_000 - 20)
  }
})

it('comes back to the right time after a sleep in which the local clock stood still', () => {
  const before = hearServer(null, said(0), 100_000)
  // An hour passed on the server, a second here.
  const after = hearServer(before, said(3_600_000), 101_000)
  expect(serverNow(after, 101_000)).toBe(NOON + 3_600_000)
})

it('passes over what is no time', () => {
  const offset = hearServer(null, said(0), 1000)
  expect(hearServer(offset, 'soon', 2000)).toBe(offset)
  expect(hearServer(null, '', 2000)).toBeNull()
})
