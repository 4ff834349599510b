/**
 * Schedule: a notebook (or one of its cells) that runs by itself at the instants of a cron text in an IANA zone.
 * A *tick* is one such instant. This module decides, purely, what becomes of ticks; `server/schedules/cron.ts`
 * finds the instants and `server/schedules/settle-schedules.ts` writes the decision down.
 *
 * The rule for summer time (DST), proved in tests/property/dst.test.ts:
 * - A schedule whose minute and hour have no `*` and no `/` names times of day. A time that the clock jumps over
 *   runs once, at the first instant after the gap (02:30 → 03:00); a time that comes twice runs once, at its second coming.
 * - Any other schedule (every 15 minutes, hourly) goes by real time: a jumped-over time is not a time and does not
 *   run, a time that comes twice runs twice, so the distance between two runs stays what it was.
 *
 * [SCH1] A tick is decided once: ticks lie in (settledUntil, now], and settledUntil then moves to now.
 * [SCH2] Every tick is either run or written down as missed; none is dropped in silence.
 */
import type { CellId, NotebookId, RunId, ScheduleId } from './ids.ts'
import type { RunState } from './run.ts'

export const CATCH_UPS = ['skip', 'latest', 'all'] as const
/** What happens to ticks that came while nothing could run them: none runs, only the newest, or all (at most CATCH_UP_MAX). */
export type CatchUp = (typeof CATCH_UPS)[number]
export const CATCH_UP_MAX = 100

export const OVERLAPS = ['queue', 'skip'] as const
/** A tick while the last run still goes: wait behind it (one at a time) or leave this tick out. */
export type Overlap = (typeof OVERLAPS)[number]

export const TICK_STATES = ['ran', 'missed', 'skipped', 'refused'] as const
export type TickState = (typeof TICK_STATES)[number]

/** A tick seen this late is still on time: the worker looks once a minute. */
export const ON_TIME_MS = 2 * 60_000
/** A settled instant this far ahead of the clock means that the clock was set back. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000
export const FAILURES_UNTIL_PAUSE = 3

export interface Tick {
  dueAt: string
  state: TickState
  reason: string | null
  runId: RunId | null
  runState: RunState | null
}

export interface Schedule {
  id: ScheduleId
  notebookId: NotebookId
  notebookTitle: string
  /** One cell, or the whole notebook when null. */
  cellId: CellId | null
  cron: string
  zone: string
  /** The cron text in words. */
  sentence: string
  catchUp: CatchUp
  overlap: Overlap
  /** Seconds that a run, and each of its cells, may take; null: no limit. */
  timeoutSeconds: number | null
  cellTimeoutSeconds: number | null
  isPaused: boolean
  pauseReason: string | null
  owner: { id: string; name: string } | null
  /** Null while paused. */
  nextDueAt: string | null
  lastTick: Tick | null
}

/** The instants of a cron text in (after, until]. When they are too many, the oldest are only named by their range. */
export interface Fires {
  instants: Date[]
  omitted: { first: Date; before: Date } | null
}

export interface Due {
  run: Date[]
  missed: Date[]
  /** A range of missed ticks too long to list. */
  missedRange: { first: Date; before: Date } | null
  settledUntil: Date
}

export function due(
  schedule: { catchUp: CatchUp; settledUntil: Date },
  now: Date,
  firesBetween: (after: Date, until: Date) => Fires,
): Due {
  if (now <= schedule.settledUntil) return { run: [], missed: [], missedRange: null, settledUntil: schedule.settledUntil }
  const { instants, omitted } = firesBetween(schedule.settledUntil, now)
  const first = firstToRun(schedule.catchUp, instants, now)
  return { run: instants.slice(first), missed: instants.slice(0, first), missedRange: omitted, settledUntil: now }
}

function firstToRun(catchUp: CatchUp, instants: Date[], now: Date): number {
  if (catchUp === 'all') return Math.max(0, instants.length - CATCH_UP_MAX)
  if (catchUp === 'latest') return Math.max(0, instants.length - 1)
  const onTime = instants.findIndex((instant) => now.getTime() - instant.getTime() <= ON_TIME_MS)
  return onTime === -1 ? instants.length : onTime
}

/**
 * Whether a tick may run beside the schedule's own open runs. `queue` lets one wait behind the one that goes;
 * with catch-up `all` every tick was asked for, so up to CATCH_UP_MAX may wait.
 */
export function admitTick(rule: { overlap: Overlap; catchUp: CatchUp }, openRuns: number): { isAdmitted: true } | { isAdmitted: false; reason: string } {
  if (openRuns === 0) return { isAdmitted: true }
  if (rule.overlap === 'skip') return { isAdmitted: false, reason: 'The run before was still going.' }
  const places = rule.catchUp === 'all' ? CATCH_UP_MAX : 2
  if (openRuns < places) return { isAdmitted: true }
  return { isAdmitted: false, reason: 'One run was going and another was waiting already.' }
}

/** `ends`: how the newest runs of the schedule ended, newest first. A cancelled run says nothing about the code. */
export function pauseAfterFailures(ends: readonly RunState[]): string | null {
  const telling = ends.filter((state) => state !== 'cancelled').slice(0, FAILURES_UNTIL_PAUSE)
  const isFailing = telling.length === FAILURES_UNTIL_PAUSE && telling.every((state) => state === 'failed' || state === 'lost')
  return isFailing ? `Paused after ${FAILURES_UNTIL_PAUSE} failed runs in a row. Mend the notebook, then resume.` : null
}
