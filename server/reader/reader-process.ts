/**
 * The reader process as the web process sees it: started at once, started again after a crash or a hang, asked a few
 * questions at a time. Every question gets an answer: its own, or a refusal that says why there is none. A question
 * that is still open after a while makes us look at the object store, so that a dead store is told within seconds.
 *
 * A table with wrong bytes can end the process, break its engine for good, or leave memory behind. What was open with it
 * is asked once more, one question at a time, so that only the one about that table is refused.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Log } from '../log.ts'
import { adviceFor } from './explain-failure.ts'
import type { Answer, FromChild, Question, ReaderSettings, ToChild } from './messages.ts'
import { openSpillFolder, removeSpillFolder } from './spill-folder.ts'

export interface ReaderProcessOptions {
  /** `spillDir` is where each started process gets a folder of its own. */
  settings: ReaderSettings
  log: Log
  /** Throws when the object store cannot be reached. */
  checkStore: () => Promise<void>
  timeLimitMs: number
  /** After this long an open question makes us look at the store. */
  storeCheckAfterMs: number
  /** How long a started process may take to load its engine. */
  openWithinMs: number
  /** How long an interrupted question may take to stop before the process is ended. */
  graceMs: number
  atOnce: number
  waiting: number
  /** A process that has grown to this is ended while nobody asks anything (Linux). */
  retireAtMb: number
}

export interface ReaderProcess {
  /** Once `signal` is aborted nobody waits for the answer: the question leaves the queue, or is stopped. */
  ask(question: Question, signal?: AbortSignal): Promise<Answer>
  close(): Promise<void>
  /** For tests that end it. */
  pid(): number | null
}

interface Asked {
  id: number
  question: Question
  settle: (answer: Answer) => void
  isSettled: boolean
  /** The process that had it first was lost. */
  isAgain: boolean
  timers: NodeJS.Timeout[]
}

/** DuckDB's word for an engine that answers nothing any more. */
const BROKEN = /database has been invalidated/i
const STOPPED = 'The reader stopped while it was reading. Try again.'
const LOOK_EVERY = 20
const PAGE_BYTES = 4096

/** The Delta kernel has a runtime of its own for each attached table: one thread each, in few heaps that give back what is free. */
const ENVIRONMENT = { TZ: 'UTC', TOKIO_WORKER_THREADS: '1', MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' }

const SCRIPT = fileURLToPath(new URL('./child.ts', import.meta.url))

export function startReaderProcess(options: ReaderProcessOptions): ReaderProcess {
  const { log } = options
  const queue: Asked[] = []
  const sent = new Map<number, Asked>()
  let child: ChildProcess | null = null
  let isOpen = false
  let lastId = 0
  let answered = 0
  let isClosed = false

  function start(): void {
    const spillDir = openSpillFolder(options.settings.spillDir)
    const fresh = fork(SCRIPT, [], { execArgv: [], env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    fresh.on('message', (message: FromChild) => hear(fresh, message))
    fresh.on('error', (error) => log.error({ err: error }, 'reader process failed'))
    fresh.on('exit', (code, signal) => lose(fresh, code, signal))
    fresh.on('close', () => removeSpillFolder(spillDir))
    tell(fresh, { kind: 'open', settings: { ...options.settings, spillDir } })
    child = fresh
    isOpen = false
    setTimeout(() => void (child === fresh && !isOpen && fresh.kill('SIGKILL')), options.openWithinMs).unref()
  }

  function tell(process: ChildProcess, message: ToChild): void {
    if (process.connected) process.send(message, () => {})
  }

  function hear(from: ChildProcess, message: FromChild): void {
    if (message.kind === 'answer') return finish(message.id, message.answer)
    if (message.kind === 'warned') return log.warn({ detail: message.detail }, 'reader process warns')
    if (message.kind === 'opened') {
      log.info({ pid: from.pid }, 'reader is ready')
      isOpen = true
      return next()
    }
    log.error({ detail: message.detail }, 'reader could not open its engine')
    from.kill('SIGKILL')
  }

  function lose(gone: ChildProcess, code: number | null, signal: string | null): void {
    if (child === gone) child = null
    if (isClosed) return
    log.warn({ code, signal, asked: sent.size }, 'reader process ended')
    // One that cannot even load its engine is not started again and again for those who wait.
    if (!isOpen) for (const asked of queue.splice(0)) settle(asked, refused('reader-unavailable', 'The reader of tables cannot start. Tell the operator; the log says why.'))
    isOpen = false
    takeBack()
  }

  function finish(id: number, answer: Answer): void {
    const asked = sent.get(id)
    if (asked === undefined) return
    if (!answer.ok && BROKEN.test(answer.detail ?? '')) {
      log.warn({ detail: answer.detail }, 'the reader’s engine is broken; it is started anew')
      // Of two in a row this one is the cause: the second time it was asked alone.
      if (asked.isAgain) end(asked, answer)
      replace()
      return takeBack()
    }
    end(asked, answer)
    answered += 1
    if (answered % LOOK_EVERY === 0 && sent.size === 0 && queue.length === 0 && residentMb(child) > options.retireAtMb) {
      log.info('the reader has grown and is started anew')
      replace()
    }
    next()
  }

  function end(asked: Asked, answer: Answer): void {
    sent.delete(asked.id)
    settle(asked, answer)
  }

  /** The process of now is nobody's any more; the next question starts another. */
  function replace(): void {
    const gone = child
    child = null
    isOpen = false
    for (const event of ['message', 'exit', 'error']) gone?.removeAllListeners(event)
    gone?.on('error', () => {}).kill('SIGKILL')
  }

  /** What was open with a process that is lost waits again, but only once. */
  function takeBack(): void {
    for (const asked of [...sent.values()]) {
      if (asked.isAgain || asked.isSettled) {
        end(asked, refused('reader-unavailable', STOPPED))
        continue
      }
      sent.delete(asked.id)
      asked.timers.splice(0).forEach(clearTimeout)
      asked.isAgain = true
      queue.unshift(asked)
    }
    next()
  }

  function settle(asked: Asked, answer: Answer): void {
    asked.timers.forEach(clearTimeout)
    if (asked.isSettled) return
    asked.isSettled = true
    if (!answer.ok && answer.detail !== undefined) log.warn({ asked: asked.question.kind, reason: answer.reason, detail: answer.detail }, 'reading was refused')
    asked.settle(answer)
  }

  function next(): void {
    if (child === null && !isClosed && queue.length > 0) start()
    while (!isClosed && child !== null && isOpen && sent.size < options.atOnce) {
      const asked = queue[0]
      if (asked === undefined || (sent.size > 0 && (asked.isAgain || isOneAlone()))) return
      queue.shift()
      sent.set(asked.id, asked)
      tell(child, { kind: 'ask', id: asked.id, question: asked.question })
      asked.timers.push(
        setTimeout(() => void (asked.question.kind !== 'ping' && suspectStore(asked)), options.storeCheckAfterMs),
        setTimeout(() => giveUp(asked, refused('reader-timeout', `Reading took longer than ${options.timeLimitMs / 1000} s and was stopped. ${adviceFor(asked.question.kind)}`)), options.timeLimitMs),
      )
    }
  }

  /** One that may have been the end of a process. */
  const isOneAlone = (): boolean => [...sent.values()].some((asked) => asked.isAgain)

  async function suspectStore(asked: Asked): Promise<void> {
    try {
      await options.checkStore()
    } catch (error) {
      giveUp(asked, { ...refused('storage-unavailable', 'The object store cannot be reached. The result is safe; try again in a moment.'), detail: String(error) })
    }
  }

  /** Answers now; the question keeps its place until the engine has let go of it, or the process is ended. */
  function giveUp(asked: Asked, answer: Answer, graceMs = options.graceMs): void {
    if (asked.isSettled) return
    const process = child
    settle(asked, answer)
    if (process === null || !sent.has(asked.id)) return
    tell(process, { kind: 'interrupt', id: asked.id })
    asked.timers.push(setTimeout(() => void (sent.has(asked.id) && process.kill('SIGKILL')), graceMs))
  }

  /** Who asked has gone. The others' questions are not put at risk for it before its time would have been over. */
  function forget(asked: Asked): void {
    const at = queue.indexOf(asked)
    if (at >= 0) queue.splice(at, 1)
    giveUp(asked, refused('cancelled', 'Nobody waited for this any more.'), options.timeLimitMs + options.graceMs)
  }

  start()
  return {
    ask(question, signal) {
      if (signal?.aborted) return Promise.resolve(refused('cancelled', 'Nobody waited for this any more.'))
      if (isClosed) return Promise.resolve(refused('reader-unavailable', 'The server is stopping. Try again in a moment.'))
      if (queue.length >= options.waiting) return Promise.resolve(refused('reader-unavailable', 'Too many tables are being read at once. Try again in a moment.'))
      return new Promise((settle) => {
        const asked: Asked = { id: (lastId += 1), question, settle, isSettled: false, isAgain: false, timers: [] }
        const onAbort = (): void => forget(asked)
        asked.settle = (answer) => (signal?.removeEventListener('abort', onAbort), settle(answer))
        signal?.addEventListener('abort', onAbort, { once: true })
        queue.push(asked)
        next()
      })
    },
    async close() {
      isClosed = true
      for (const asked of [...queue.splice(0), ...sent.values()]) settle(asked, refused('reader-unavailable', 'The server is stopping. Try again in a moment.'))
      const last = child
      if (last === null || last.exitCode !== null) return
      await new Promise<void>((resolve) => {
        last.once('close', () => resolve())
        last.kill('SIGKILL')
      })
    },
    pid: () => child?.pid ?? null,
  }
}

const refused = (reason: 'reader-unavailable' | 'reader-timeout' | 'storage-unavailable' | 'cancelled', message: string): Answer & { ok: false } => ({ ok: false, reason, message })

function residentMb(process: ChildProcess | null): number {
  try {
    return (Number(readFileSync(`/proc/${process?.pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / 1e6
  } catch {
    return 0
  }
}
