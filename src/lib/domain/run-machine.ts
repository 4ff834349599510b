/**
 * The run state machine. Pure: (state, event) → next state or a refusal. Every pair is in the table,
 * so the compiler asks for each new state or event; `server/runs/apply-run-event.ts` is its only user that writes.
 *
 * [RUN1] An end state has no way out.           [RUN2] `lose` ends every open state.
 * [RUN3] A cancel before the start ends at once; after it, only `cancelled` (nothing is left running) does.
 * [RUN4] A result that arrives while cancelling keeps its truth: finished is finished.
 *
 *   queued ─claim→ starting ─start→ running ─finish→ succeeded | failed
 *      └cancel→ cancelled   └──────┴─cancel→ cancelling ─cancelled→ cancelled
 */
import { isEnd, type RunState } from './run.ts'
import { accept, refuse, type Outcome } from './outcome.ts'

export const RUN_EVENTS = ['claim', 'start', 'succeed', 'fail', 'cancel', 'cancelled', 'lose', 'requeue'] as const
export type RunEvent = (typeof RUN_EVENTS)[number]

type Row = Record<RunEvent, RunState | null>
const END: Row = { claim: null, start: null, succeed: null, fail: null, cancel: null, cancelled: null, lose: null, requeue: null }

export const RUN_TABLE: Record<RunState, Row> = {
  queued: { ...END, claim: 'starting', cancel: 'cancelled', fail: 'failed', lose: 'lost' },
  starting: { ...END, start: 'running', fail: 'failed', cancel: 'cancelling', cancelled: 'cancelled', lose: 'lost', requeue: 'queued' },
  running: { ...END, succeed: 'succeeded', fail: 'failed', cancel: 'cancelling', cancelled: 'cancelled', lose: 'lost', requeue: 'queued' },
  cancelling: { ...END, succeed: 'succeeded', fail: 'failed', cancelled: 'cancelled', lose: 'lost' },
  succeeded: END,
  failed: END,
  cancelled: END,
  lost: END,
}

export function nextRunState(state: RunState, event: RunEvent): Outcome<RunState, 'run-ended' | 'run-event-refused'> {
  const next = RUN_TABLE[state][event]
  if (next !== null) return accept(next)
  if (isEnd(state)) return refuse('run-ended', `This run has already ${state === 'lost' ? 'been lost' : state}.`)
  return refuse('run-event-refused', `A run that is ${state} cannot ${event}.`)
}
