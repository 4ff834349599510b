/**
 * The worker's end of the line (server/compute/kernel-line.ts): hears every question and answers those about kernels
 * that it has. To say nothing is an answer as well, which the asker takes for "not now" when its time is over; that is
 * said at once only where this worker knows that the kernel is busy.
 */
import type { NotebookId } from '#lib/domain/ids.ts'
import type { KernelMeter } from '#lib/domain/kernel-question.ts'
import { QUESTION_CHANNEL, type Asked } from '#server/compute/kernel-line.ts'
import { createJoiner, sendParts } from '#server/compute/notify-parts.ts'
import type { Log } from '#server/log.ts'
import type { Sql } from '#server/store/client.ts'
import type { HeldKernel } from './notebook-kernels.ts'

interface Deps {
  sql: Sql
  log: Log
  /** The kernel of a notebook where it is this worker's; null where it is not. */
  reach: (notebookId: NotebookId) => Promise<HeldKernel | null>
  meterOf: (notebookId: NotebookId) => KernelMeter | null
}

export async function answerQuestions(deps: Deps): Promise<() => Promise<void>> {
  const join = createJoiner()
  const listening = await deps.sql.listen(QUESTION_CHANNEL, (payload) => {
    const message = join(payload)
    if (message !== null) void answer(deps, message.id, message.value as Asked).catch((error: unknown) => deps.log.warn({ err: error }, 'a question to a kernel could not be answered'))
  })
  return () => listening.unlisten()
}

async function answer(deps: Deps, id: string, { notebookId, question, replyTo, withinMs }: Asked): Promise<void> {
  if (question.kind === 'meter') {
    const meter = deps.meterOf(notebookId)
    if (meter !== null) await sendParts(deps.sql, replyTo, { id, value: meter })
    return
  }
  const held = await deps.reach(notebookId)
  if (held === null) return
  await sendParts(deps.sql, replyTo, { id, value: await held.kernel.ask(question, withinMs) })
}
