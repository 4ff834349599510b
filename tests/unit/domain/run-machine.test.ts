import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { isEnd, RUN_STATES, type RunState } from '#lib/domain/run.ts'
import { nextRunState, RUN_EVENTS, RUN_TABLE, type RunEvent } from '#lib/domain/run-machine.ts'

const after = (events: RunEvent[]): RunState =>
  events.reduce<RunState>((state, event) => {
    const next = nextRunState(state, event)
    return next.ok ? next.value : state
  }, 'queued')

describe('the run machine', () => {
  it('refuses every event in an end state, with the reason run-ended [RUN1]', () => {
    for (const state of RUN_STATES.filter(isEnd)) {
      for (const event of RUN_EVENTS) expect(nextRunState(state, event)).toMatchObject({ ok: false, reason: 'run-ended' })
    }
  })

  it('loses every open state [RUN2]', () => {
    for (const state of RUN_STATES.filter((one) => !isEnd(one))) expect(nextRunState(state, 'lose')).toEqual({ ok: true, value: 'lost' })
  })

  it('cancels at once what has not begun, and only by word of the worker what has [RUN3]', () => {
    expect(after(['cancel'])).toBe('cancelled')
    expect(after(['claim', 'cancel'])).toBe('cancelling')
    expect(after(['claim', 'start', 'cancel'])).toBe('cancelling')
    expect(after(['claim', 'start', 'cancel', 'cancelled'])).toBe('cancelled')
  })

  it('keeps the truth of a result that arrives while cancelling [RUN4]', () => {
    expect(after(['claim', 'start', 'cancel', 'succeed'])).toBe('succeeded')
    expect(after(['claim', 'start', 'cancel', 'fail'])).toBe('failed')
  })

  it('cannot be claimed twice', () => {
    expect(nextRunState('starting', 'claim')).toMatchObject({ ok: false, reason: 'run-event-refused' })
    expect(nextRunState('running', 'claim')).toMatchObject({ ok: false, reason: 'run-event-refused' })
  })

  it('has a row for every state and a column for every event', () => {
    expect(Object.keys(RUN_TABLE).sort()).toEqual([...RUN_STATES].sort())
    for (const row of Object.values(RUN_TABLE)) expect(Object.keys(row).sort()).toEqual([...RUN_EVENTS].sort())
  })

  it('never leaves an end state, whatever comes', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...RUN_EVENTS), { maxLength: 30 }), (events) => {
      let state: RunState = 'queued'
      for (const event of events) {
        const next = nextRunState(state, event)
        if (isEnd(state)) expect(next.ok).toBe(false)
        if (next.ok) state = next.value
      }
    }))
  })

  it('can reach an end from anywhere', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...RUN_EVENTS), { maxLength: 30 }), (events) => {
      expect(isEnd(after([...events, 'lose']))).toBe(true)
    }))
  })
})
