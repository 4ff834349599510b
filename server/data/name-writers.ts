/**
 * Who wrote a commit: the run that its mark names, if it is one of this workspace, with whoever asked for it; else the
 * name that the writer gave. A mark can be forged by who may write the table, so it leads nowhere but within the workspace.
 */
import { and, eq, inArray } from 'drizzle-orm'
import type { TableCommit } from '#lib/domain/data.ts'
import type { ReadCommit } from '#lib/domain/delta-commit.ts'
import type { RunId, WorkspaceId } from '#lib/domain/ids.ts'
import type { Executor } from '../store/client.ts'
import { user } from '../store/schema/auth.ts'
import { runs } from '../store/schema/runs.ts'

type Unnamed = ReadCommit & Pick<TableCommit, 'version' | 'isReadable'>
const CAUSES = { person: 'Somebody', api: 'The API', schedule: 'A schedule', workflow: 'A workflow' }

export async function nameWriters(executor: Executor, workspaceId: WorkspaceId, commits: readonly Unnamed[]): Promise<TableCommit[]> {
  const ids = [...new Set(commits.flatMap(({ mark }) => (mark === null ? [] : [mark.runId as RunId])))]
  const rows = ids.length === 0 ? [] : await executor
    .select({ id: runs.id, notebookId: runs.notebookId, cause: runs.cause, name: user.name }).from(runs)
    .leftJoin(user, eq(user.id, runs.requestedBy))
    .where(and(eq(runs.workspaceId, workspaceId), inArray(runs.id, ids)))
  const byId = new Map(rows.map((row) => [row.id as string, row]))
  return commits.map(({ mark, userName, ...commit }) => {
    const run = mark === null ? undefined : byId.get(mark.runId)
    const by = run !== undefined ? { name: run.name ?? CAUSES[run.cause], runId: run.id, notebookId: run.notebookId } : userName === null ? null : { name: userName, runId: null, notebookId: null }
    return { ...commit, by }
  })
}
