/**
 * File process: the reader process that writes files for downloads. It stands beside the one for pages, with limits of its
 * own, so that a long download keeps no page waiting and one that has to be ended takes no page along. Started when a
 * file is asked for, ended after a rest.
 */
import type { Answer, Question } from './messages.ts'
import { startReaderProcess, type ReaderProcess, type ReaderProcessOptions } from './reader-process.ts'

export type FileProcess = Pick<ReaderProcess, 'ask' | 'close'>

export function createFileProcess(options: ReaderProcessOptions & { restMs: number }): FileProcess {
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
