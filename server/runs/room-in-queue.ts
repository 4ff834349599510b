/** How much may wait in one notebook: a number in the docs, a sentence for who meets it. A loop that asks for runs ends here [S30]. */
import { and, eq, isNull } from 'drizzle-orm'
import type { NotebookId } from '#lib/domain/ids.ts'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Executor } from '../store/client.ts'
import { runs } from '../store/schema/runs.ts'

export const OPEN_RUNS_MAX = 500

export async function roomInQueue(db: Executor, notebookId: NotebookId): Promise<Outcome<null, 'too-many-requests'>> {
  const open = await db.$count(runs, and(eq(runs.notebookId, notebookId), isNull(runs.finishedAt)))
  return open < OPEN_RUNS_MAX ? accept(null) : refuse('too-many-requests', `In this notebook ${OPEN_RUNS_MAX} runs go or wait, the most it can have. Cancel some in the queue, or wait until some are done.`)
}
