/** The workflows of a workspace by name, each with its steps and how its newest run stands. */
import { eq } from 'drizzle-orm'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Workflow } from '#lib/domain/workflow.ts'
import type { Actor } from '../auth/actor.ts'
import type { Executor } from '../store/client.ts'
import { workflows } from '../store/schema/schedules.ts'
import { authorizeWorkspace, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { selectWorkflows } from './workflow-rows.ts'

export async function listWorkflows(deps: { db: Executor }, actor: Actor | null, workspaceId: string): Promise<Outcome<Workflow[], AuthorizeRefusal>> {
  const allowed = await authorizeWorkspace(deps, actor, workspaceId, 'workflow:read')
  if (!allowed.ok) return allowed
  return accept(await selectWorkflows(deps.db, eq(workflows.workspaceId, allowed.value.workspaceId)))
}
