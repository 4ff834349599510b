/** Runs what a schedule runs, at once and by the same path; its history shows a tick for it. A paused schedule stays paused. */
import { eq } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { CoreDeps } from '../deps.ts'
import { startRun, type StartRunRefusal } from '../runs/start-run.ts'
import { schedules, ticks } from '../store/schema/schedules.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { recordAudit } from '../workspaces/record-audit.ts'
import { authorizeSchedule } from './authorize-schedule.ts'
import type { NotebookReader } from './check-scheduled-cell.ts'
import { databaseNow } from './database-now.ts'

export async function runScheduleNow(
  deps: Pick<CoreDeps, 'db'> & NotebookReader,
  actor: Actor | null,
  input: { scheduleId: string; requestId: string | null },
): Promise<Outcome<{ runId: RunId }, AuthorizeRefusal | StartRunRefusal>> {
  const allowed = await authorizeSchedule(deps, actor, input.scheduleId, 'schedule:run')
  if (!allowed.ok) return allowed
  const { id, notebookId, cellId, workspaceId, timeoutSeconds, cellTimeoutSeconds } = allowed.value
  const notebook = await authorizeNotebook(deps, actor, notebookId, 'run:request')
  if (!notebook.ok) return notebook
  const { userId, name } = actor as Member
  return deps.db.transaction(async (tx) => {
    await tx.select({ id: schedules.id }).from(schedules).where(eq(schedules.id, id)).for('update')
    const run = await startRun({ readNotebook: (read) => deps.rooms.read(read) }, tx, {
      notebookId, scope: cellId === null ? { kind: 'all' } : { kind: 'cell', cellId }, cause: 'schedule', limits: { timeoutSeconds, cellTimeoutSeconds }, userId, requestId: input.requestId,
    })
    if (!run.ok) return run
    await tx.insert(ticks).values({ scheduleId: id, dueAt: await databaseNow(tx), state: 'ran', runId: run.value, reason: `Run now by ${name}.` })
    await recordAudit(tx, { workspaceId, actor: actor!, action: 'schedule.run', subject: id, detail: { runId: run.value }, requestId: input.requestId })
    return accept({ runId: run.value })
  })
}
