/** The schedules of a workspace, or of one notebook in it: what runs next comes first, paused ones last. */
import { and, eq } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Schedule } from '#lib/domain/schedule.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { schedules } from '../store/schema/schedules.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { selectSchedules } from './schedule-rows.ts'

export async function listSchedules(
  deps: { db: Executor },
  actor: Actor | null,
  input: { workspaceId: string; notebookId?: string | undefined },
): Promise<Outcome<Schedule[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, input.workspaceId, 'schedule:read')
  if (!allowed.ok) return allowed
  const ofNotebook = input.notebookId === undefined ? undefined : eq(schedules.notebookId, input.notebookId as NotebookId)
  return accept(await selectSchedules(deps.db, and(eq(schedules.workspaceId, allowed.value.workspaceId), ofNotebook)))
}
