/**
 * Settles one schedule up to `now` within the caller's transaction, which holds its row: asks the domain what
 * becomes of each tick, writes the tick, requests the run, and moves `settled_until`. All or nothing.
 */
import { and, count, eq, isNull } from 'drizzle-orm'
import { admitTick, due, type TickState } from '#lib/domain/schedule.ts'
import type { RunId, UserId } from '#lib/domain/ids.ts'
import type { CoreDeps } from '../deps.ts'
import { startRun, type StartRunDeps } from '../runs/start-run.ts'
import type { Transaction } from '../store/client.ts'
import { notebooks } from '../store/schema/notebooks.ts'
import { runs } from '../store/schema/runs.ts'
import { schedules, ticks } from '../store/schema/schedules.ts'
import { mayRun } from '../workspaces/may-run.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import type { ScheduleRow } from './authorize-schedule.ts'
import { firesBetween, nextFire } from './cron.ts'

export type SettleDeps = Pick<CoreDeps, 'db' | 'log'> & StartRunDeps

export async function settleSchedule(deps: SettleDeps, tx: Transaction, row: ScheduleRow, now: Date): Promise<void> {
  const decision = due(row, now, (after, until) => firesBetween(row.cron, row.zone, after, until))
  await writeMissed(tx, row, decision)
  const obstacle = decision.run.length > 0 ? await findObstacle(tx, row) : null
  for (const dueAt of decision.run) {
    if (!(await takeTick(tx, row, dueAt))) continue
    await finishTick(tx, row, dueAt, obstacle === null ? await runTick(deps, tx, row, dueAt) : { state: 'refused', reason: obstacle, runId: null })
  }
  const next = nextFire(row.cron, row.zone, decision.settledUntil)
  if (next === null) throw new Error(`schedule ${row.id} has no next instant`)
  await tx.update(schedules).set({ settledUntil: decision.settledUntil, nextDueAt: next }).where(eq(schedules.id, row.id))
  if (obstacle !== null) await pauseSchedule(tx, row, obstacle)
}

async function writeMissed(tx: Transaction, row: ScheduleRow, decision: ReturnType<typeof due>): Promise<void> {
  const range = decision.missedRange
  const rows = decision.missed.map((dueAt) => ({ scheduleId: row.id, dueAt, state: 'missed' as const, reason: 'No worker was running then.' }))
  if (range !== null) {
    const reason = `No worker was running from then on; every tick before ${range.before.toISOString().slice(0, 16).replace('T', ' ')} UTC was missed.`
    rows.unshift({ scheduleId: row.id, dueAt: range.first, state: 'missed', reason })
  }
  if (rows.length > 0) await tx.insert(ticks).values(rows).onConflictDoNothing()
}

/** Why nothing of this schedule may run now: a sentence, or null. The owner's rights are those of this moment (S32). */
async function findObstacle(tx: Transaction, row: ScheduleRow): Promise<string | null> {
  if (!(await mayRun(tx, row.workspaceId, row.ownerId))) return 'Paused: its owner may no longer run notebooks here. Resume it to run it as yourself.'
  const [notebook] = await tx.select({ trashedAt: notebooks.trashedAt }).from(notebooks).where(eq(notebooks.id, row.notebookId))
  return notebook === undefined || notebook.trashedAt !== null ? 'Paused: its notebook is in the trash. Restore the notebook, then resume.' : null
}

/** True when the tick is ours to decide: its row was not there before. */
async function takeTick(tx: Transaction, row: ScheduleRow, dueAt: Date): Promise<boolean> {
  const taken = await tx.insert(ticks).values({ scheduleId: row.id, dueAt, state: 'ran' }).onConflictDoNothing().returning({ dueAt: ticks.dueAt })
  return taken.length > 0
}

interface TickEnd {
  state: TickState
  reason: string | null
  runId: RunId | null
}

async function runTick(deps: SettleDeps, tx: Transaction, row: ScheduleRow, dueAt: Date): Promise<TickEnd> {
  const [open] = await tx.select({ count: count() }).from(ticks).innerJoin(runs, eq(runs.id, ticks.runId))
    .where(and(eq(ticks.scheduleId, row.id), isNull(runs.finishedAt)))
  const admission = admitTick(row, open!.count)
  if (!admission.isAdmitted) return { state: 'skipped', reason: admission.reason, runId: null }
  const run = await startRun(deps, tx, {
    notebookId: row.notebookId,
    scope: row.cellId === null ? { kind: 'all' } : { kind: 'cell', cellId: row.cellId },
    cause: 'schedule',
    limits: row,
    userId: row.ownerId as UserId,
    requestId: `tick:${row.id}:${dueAt.toISOString()}`,
  })
  return run.ok ? { state: 'ran', reason: null, runId: run.value } : { state: 'refused', reason: run.message, runId: null }
}

async function finishTick(tx: Transaction, row: ScheduleRow, dueAt: Date, end: TickEnd): Promise<void> {
  await tx.update(ticks).set(end).where(and(eq(ticks.scheduleId, row.id), eq(ticks.dueAt, dueAt)))
}

export async function pauseSchedule(tx: Transaction, row: Pick<ScheduleRow, 'id' | 'workspaceId'>, reason: string): Promise<void> {
  await tx.update(schedules).set({ isPaused: true, pauseReason: reason }).where(eq(schedules.id, row.id))
  await recordAudit(tx, { workspaceId: row.workspaceId, actor: 'system', action: 'schedule.pause', subject: row.id, detail: { reason }, requestId: null })
}
