/**
 * The line from a web process to the worker that holds a notebook's kernel, for questions that are answered in
 * milliseconds or not at all: a NOTIFY there and one back, nothing stored. Any worker may hear a question; the one that
 * has the kernel answers. Equal questions that are under way are asked once, so that a room full of people costs the
 * kernel one look at its variables.
 */
import { randomUUID } from 'node:crypto'
import type { NotebookId } from '#lib/domain/ids.ts'
import type { KernelQuestion } from '#lib/domain/kernel-question.ts'
import type { Sql } from '../store/client.ts'
import { createJoiner, sendParts } from './notify-parts.ts'

export const QUESTION_CHANNEL = 'kernel_question'

/** What travels with a question. */
export interface Asked {
  notebookId: NotebookId
  question: KernelQuestion
  /** The channel that the answer goes to. */
  replyTo: string
  withinMs: number
}

export interface KernelLine {
  /** Null when nobody answers in time. */
  ask(notebookId: NotebookId, question: KernelQuestion, withinMs: number): Promise<unknown>
  close(): Promise<void>
}

/** More questions at once than this are answered with nothing: somebody asks faster than kernels can think. */
const UNDER_WAY_MAX = 500

export async function createKernelLine({ sql }: { sql: Sql }): Promise<KernelLine> {
  const replyTo = `kernel_answer_${randomUUID().slice(0, 8)}`
  const join = createJoiner()
  const waiting = new Map<string, (answer: unknown) => void>()
  const underWay = new Map<string, Promise<unknown>>()
  const listening = await sql.listen(replyTo, (payload) => {
    const message = join(payload)
    if (message !== null) waiting.get(message.id)?.(message.value)
  })

  function ask(asked: Asked): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = randomUUID()
      const finish = (answer: unknown) => {
        clearTimeout(late)
        waiting.delete(id)
        resolve(answer)
      }
      const late = setTimeout(() => finish(null), asked.withinMs)
      waiting.set(id, finish)
      sendParts(sql, QUESTION_CHANNEL, { id, value: asked }).catch((error: unknown) => {
        finish(null)
        reject(error as Error)
      })
    })
  }

  return {
    ask(notebookId, question, withinMs) {
      const key = `${notebookId} ${JSON.stringify(question)}`
      const same = underWay.get(key)
      if (same !== undefined) return same
      if (underWay.size >= UNDER_WAY_MAX) return Promise.resolve(null)
      const answer = ask({ notebookId, question, replyTo, withinMs }).finally(() => underWay.delete(key))
      underWay.set(key, answer)
      return answer
    },
    async close() {
      for (const finish of waiting.values()) finish(null)
      await listening.unlisten()
    },
  }
}
