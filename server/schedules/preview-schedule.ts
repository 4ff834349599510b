/**
 * What a cron text means while it is typed: the words, the next five instants, and what summer time does to them.
 * A text that cannot be saved yet is an answer too, with the sentence that says what to change.
 */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { checkCron, describeClockChanges, describeCron, nextFires } from './cron.ts'

export interface SchedulePreview {
  cron: string
  zone: string
  sentence: string
  next: string[]
  notes: string[]
  problem: { field: 'cron' | 'zone'; sentence: string } | null
}

export async function previewSchedule(
  deps: { now: () => Date },
  actor: Actor | null,
  input: { cron: string; zone: string },
): Promise<Outcome<SchedulePreview, 'sign-in-needed'>> {
  if (actor === null || actor.kind === 'guest') return refuse('sign-in-needed', 'Sign in to go on.')
  const now = deps.now()
  const checked = checkCron(input.cron, input.zone, now)
  if (!checked.ok) {
    const field = checked.reason === 'zone-invalid' ? 'zone' : 'cron'
    return accept({ cron: input.cron.slice(0, 200), zone: input.zone, sentence: '', next: [], notes: [], problem: { field, sentence: checked.message } })
  }
  const { cron, zone } = checked.value
  return accept({
    cron,
    zone,
    sentence: describeCron(cron),
    next: nextFires(cron, zone, now, 5).map((at) => at.toISOString()),
    notes: describeClockChanges(cron, zone, now).slice(0, 3),
    problem: null,
  })
}
