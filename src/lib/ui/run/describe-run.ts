/**
 * Describe run: what a cell's gutter and line say about its newest run, in Jupyter's marks and in words. Pure; the
 * clock is handed in.
 */
import type { CellFeed } from '#lib/live/cell-runs.ts'
import type { Run, RunCause, RunCellState } from '#lib/domain/run.ts'
import { cancelledBy } from '#lib/domain/run-cancel.ts'
import { isLimitReason } from '#lib/domain/run-limit.ts'

export type RunTone = 'quiet' | 'busy' | 'good' | 'bad' | 'warn'

export interface RunWords {
  /** `[ ]`, `[*]`, `[3]`, `[!]`. */
  mark: string
  tone: RunTone
  sentence: string
  isOpen: boolean
}

const NEVER: RunWords = { mark: '[ ]', tone: 'quiet', sentence: '', isOpen: false }

/** `usual`: what the cell takes as a rule, if that is known. */
export function describeRun(feed: CellFeed | undefined, isRequesting: boolean, now: number, usual: number | null = null): RunWords {
  if (isRequesting) return { mark: '[*]', tone: 'busy', sentence: 'Sending…', isOpen: true }
  if (feed === undefined) return NEVER
  const { cell, run } = feed.newest
  const spent = cell.startedAt === null ? null : Math.max(0, (cell.finishedAt === null ? now : Date.parse(cell.finishedAt)) - Date.parse(cell.startedAt))
  const isStopping = run.state === 'cancelling'
  const stopper = cancelledBy(run.reason)
  const by = stopper === null ? '' : ` by ${stopper}`
  const done = cell.executionCount === null ? '[ ]' : `[${cell.executionCount}]`
  const words: Record<RunCellState, RunWords> = {
    queued: { mark: '[*]', tone: 'busy', sentence: run.state === 'starting' ? 'Starting the kernel…' : 'Waiting its turn', isOpen: true },
    running: { mark: '[*]', tone: 'busy', sentence: `${isStopping ? 'Stopping' : 'Running'} ${spent === null ? '' : `${clock(spent)}${expected(spent, usual)}`}`.trim(), isOpen: true },
    succeeded: { mark: done, tone: 'good', sentence: spent === null ? 'Done' : `Took ${span(spent)}`, isOpen: false },
    failed: { mark: '[!]', tone: 'bad', sentence: spent === null ? 'Failed' : `Failed after ${span(spent)}`, isOpen: false },
    cancelled: { mark: '[!]', tone: 'warn', sentence: spent === null ? `Cancelled${by} before it ran` : `Interrupted after ${span(spent)}${by}`, isOpen: false },
    skipped: { mark: '[ ]', tone: 'warn', sentence: `Not run: ${whySkipped(run, by)}`, isOpen: false },
    lost: { mark: '[!]', tone: 'bad', sentence: 'Lost: its worker went away', isOpen: false },
  }
  return words[cell.state]
}

function whySkipped({ state, reason }: Pick<Run, 'state' | 'reason'>, by: string): string {
  if (state === 'cancelled') return `cancelled${by}`
  if (state === 'lost') return 'its worker went away'
  return isLimitReason(reason) ? 'a limit of time was reached' : 'a cell before it failed'
}

/** Who set going what goes or waits, and since when, such as `Ada`, `started`, and the instant of it. */
export function describeBegin(feed: CellFeed): { who: string; word: 'asked' | 'started'; at: string } {
  const { cell, run } = feed.newest
  return { who: describeAsker(feed), word: cell.startedAt === null ? 'asked' : 'started', at: cell.startedAt ?? run.requestedAt }
}

/** `14:02`, and with its day when that is not today. `zone` is that of whoever looks. */
export function timeOfDay(at: string, now: number, zone?: string): string {
  const date = new Date(at)
  const day = (one: Date): string => one.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: zone })
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone })
  return day(date) === day(new Date(now)) ? time : `${day(date)} ${time}`
}

const CAUSES: Record<RunCause, string> = { person: 'Somebody', api: 'API', schedule: 'Schedule', workflow: 'Workflow' }

/** Who or what asked: a name, or the cause when no person stands behind it. */
export function describeAsker({ newest: { run } }: CellFeed): string {
  const who = run.cause === 'person' || run.cause === 'api' ? (run.requestedBy?.name ?? CAUSES[run.cause]) : CAUSES[run.cause]
  return run.rerunOf === null ? who : `${who}, run again exactly`
}

/** ` of about 1:10`, or what it took before once that is over. */
export function expected(spentMs: number, usualMs: number | null): string {
  if (usualMs === null) return ''
  const whole = clock(Math.max(1000, usualMs))
  return spentMs <= Math.max(1000, usualMs) ? ` of about ${whole}` : `, usually ${whole}`
}

/** `120 ms`, `2.1 s`, `41 s`, `1 min 12 s`, `2 h 05 min`. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`
}

/** `0:41`, `12:03`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`
}

const two = (count: number): string => String(count).padStart(2, '0')
