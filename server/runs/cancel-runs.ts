/** Cancels what goes and waits in a notebook: one's own runs, or all of them, those of schedules too. */
import { and, eq, isNull } from 'drizzle-orm'
import type { RunId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import { describeCancel } from '#lib/domain/run-cancel.ts'
import type { Actor, Member } from '../auth/actor.ts'
import type { Database } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { cancelWithin } from './cancel-run.ts'

export async function cancelRuns(deps: { db: Database; now: () => Date }, actor: Actor | null, input: { notebookId: string; whose: 'mine' | 'all' }): Promise<Outcome<{ runIds: RunId[] }, AuthorizeRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'run:cancel')
  if (!allowed.ok) return allowed
  const { userId, name } = actor as Member
  return deps.db.transaction(async (tx) => {
    const mine = input.whose === 'mine' ? eq(runs.requestedBy, userId) : undefined
    const open = await tx.select({ id: runs.id }).from(runs).where(and(eq(runs.notebookId, allowed.value.id), isNull(runs.finishedAt), mine)).orderBy(runs.id).for('update')
    for (const { id } of open) await cancelWithin(tx, id, describeCancel(name), deps.now())
    return accept({ runIds: open.map((run) => run.id) })
  })
}
