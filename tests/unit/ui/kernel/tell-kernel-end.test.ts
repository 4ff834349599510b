/** What people are told of a kernel's end: once, with its reason, and also where the next kernel began in the same moment. */
import { expect, it } from 'vitest'
import type { FeedEvent } from '#lib/domain/feed.ts'
import { describeIdleStop, KERNEL_RESTARTED } from '#lib/domain/kernel.ts'
import { EMPTY_FEED, feedFrom, foldFeed, type FeedState } from '#lib/live/fold-feed.ts'
import { endToTell } from '#lib/ui/kernel/tell-kernel-end.svelte.ts'
import { row } from '../../live/feed-rows.ts'

type Changed = Extract<FeedEvent, { kind: 'kernel.changed' }>
const changed = (state: Changed['state'], reason: string | null = null): FeedEvent => ({ kind: 'kernel.changed', state, reason, at: '2026-01-01T00:00:00Z' })
const after = (state: FeedState, ...events: FeedEvent[]): FeedState => foldFeed(state, events.map((event, at) => row(state.seq + at + 1, event))).state
const lives = after(EMPTY_FEED, changed('starting'), changed('idle'))

it('tells why it ended, and that it died', () => {
  expect(endToTell(lives, after(lives, changed('stopped', KERNEL_RESTARTED)))).toEqual({ isDeath: false, reason: KERNEL_RESTARTED })
  expect(endToTell(lives, after(lives, changed('dead', 'It died.')))).toEqual({ isDeath: true, reason: 'It died.' })
})

it('tells it where the next one begins before anybody has looked', () => {
  expect(endToTell(lives, after(lives, changed('stopped', KERNEL_RESTARTED), changed('starting'), changed('idle')))).toEqual({ isDeath: false, reason: KERNEL_RESTARTED })
})

it('tells each end once, and of a second one again', () => {
  const first = after(lives, changed('stopped', KERNEL_RESTARTED))
  expect(endToTell(first, first)).toBeNull()
  expect(endToTell(first, after(first, changed('starting')))).toBeNull()
  expect(endToTell(first, after(first, changed('starting'), changed('stopped', describeIdleStop(60_000))))).toMatchObject({ reason: describeIdleStop(60_000) })
})

it('says nothing of one that only did not start', () => {
  expect(endToTell(lives, after(lives, changed('stopped')))).toBeNull()
})

it('tells a page that was away what its fresh snapshot says', () => {
  const snapshot = feedFrom({ seq: 9, kernel: { state: 'dead', reason: 'It died.' }, runs: [], outputs: [], history: [] })
  expect(endToTell(lives, snapshot)).toEqual({ isDeath: true, reason: 'It died.' })
  expect(endToTell(snapshot, snapshot)).toBeNull()
})
