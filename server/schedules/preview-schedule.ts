/** What a cron text means before anything is saved: the words, the next five instants, and what summer time does to them. */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import { checkCron, describeClockChanges, describeCron, nextFires } from './cron.ts'

export interface SchedulePreview {
  cron: string
  zone: string
  sentence: string
  next: string[]
  notes: string[]
}

export async function previewSchedule(
  deps: { now: () => Date },
  actor: Actor | null,
  input: { cron: string; zone: string },
): Promise<Outcome<SchedulePreview, 'sign-in-needed' | 'cron-invalid' | 'zone-invalid'>> {
  if (actor === null || actor.kind === 'guest') return refuse('sign-in-needed', 'Sign in to go on.')
  const now = deps.now()
  const checked = checkCron(input.cron, input.zone, now)
  if (!checked.ok) return checked
  const { cron, zone } = checked.value
  return accept({
    cron,
    zone,
    sentence: describeCron(cron),
    next: nextFires(cron, zone, now, 5).map((at) => at.toISOString()),
    notes: describeClockChanges(cron, zone, now).slice(0, 3),
  })
}
