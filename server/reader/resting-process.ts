/**
 * Resting process: a reader process that stands beside the one for pages, with limits of its own, for what is asked seldom
 * and takes much: files for downloads, and questions that need more memory. No page waits for it, and when it has to be
 * ended it takes no page along. Started when it is asked, ended after a rest.
 */
import type { Answer, Question } from './messages.ts'
import { startReaderProcess, type ReaderProcess, type ReaderProcessOptions } from './reader-process.ts'

export type RestingProcess = Pick<ReaderProcess, 'ask' | 'close'>

export function createRestingProcess(options: ReaderProcessOptions & { restMs: number }): RestingProcess {
  let process: ReaderProcess | null = null
  let open = 0
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  function rest(): void {
    const last = process
    process = null
    void last?.close()
  }

  return {
    async ask(question: Question, signal?: AbortSignal): Promise<Answer> {
      if (isClosed) return { ok: false, reason: 'reader-unavailable', message: 'The server is stopping. Try again in a moment.' }
      clearTimeout(timer)
      process ??= startReaderProcess(options)
      open += 1
      try {
        return await process.ask(question, signal)
      } finally {
        open -= 1
        if (open === 0) timer = setTimeout(rest, options.restMs).unref()
      }
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await process?.close()
    },
  }
}
